import "./backups.css";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call, getBackend } from "../../ipc/call";
import type { BackupsView } from "../../ipc/contract";
import { backupsQuery, jobsQuery } from "../../ipc/queries";
import { ErrorText } from "../../kit/ErrorText";
import { formatTime } from "../../kit/format/dates";
import { JobBar } from "../../kit/JobBar";
import { useActions } from "../../kit/keys/actions";
import { KeyTip } from "../../kit/keys/Keys";
import { Page, Section } from "../../kit/Page";
import { StatusPill } from "../../kit/pills";
import { ErrorState, Loading } from "../../kit/states";
import { useJobShown } from "../../kit/useJobShown";
import { Files } from "./Files";
import { newestOf, useBackUp } from "./queries";
import { RestoreDialog } from "./RestoreDialog";
import { ScheduleForm } from "./ScheduleForm";

/** Backups of this device: how they stand, those there are, and when the next one is made. */
export default function BackupsPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(backupsQuery);
  const job = newestOf(useQuery(jobsQuery).data);
  const shown = useJobShown();
  const busy = job?.state === "running";
  const { mutate, error: refused, isPending } = useBackUp();
  const [restore, setRestore] = useState<string | null>(null);
  useActions(
    useMemo(
      () => [{ id: "backups.now", labelKey: "backups.now", keys: ["n"], scope: "screen", enabled: !busy, run: () => mutate() }],
      [busy, mutate],
    ),
  );
  const choose = async (): Promise<void> => {
    const path = await getBackend().chooseFile({ name: t("backups.file_kind"), extensions: ["lqbackup"] });
    if (path) setRestore(path);
  };
  if (!data)
    return <Page title={t("backups.title")}>{error ? <ErrorState error={asApiError(error)} onRetry={refetch} /> : <Loading />}</Page>;
  return (
    <Page
      title={t("backups.title")}
      aside={<Standing view={data} />}
      actions={
        <>
          <Button disabled={busy} onClick={choose}>
            {t("backups.restore_file")}
          </Button>
          <KeyTip title={t("backups.now")} action="backups.now">
            <Button type="primary" disabled={busy} loading={isPending} onClick={() => mutate()}>
              {t("backups.now")}
            </Button>
          </KeyTip>
        </>
      }
    >
      {data.failed && (
        <div className="lq-backups-failed">
          <strong>{t("backups.failed", { time: data.failed_at === null ? "" : formatTime(data.failed_at) })}</strong>
          <ErrorText error={{ code: data.failed }} withCode />
        </div>
      )}
      {refused && <ErrorText error={asApiError(refused)} withCode />}
      {job && (
        <div className="lq-backups-job">
          <JobBar job={shown(job)} onCancel={() => void call("jobs_cancel", { id: job.id })} />
        </div>
      )}
      <Section title={t("backups.files")}>
        <Files view={data} busy={busy} onRestore={setRestore} />
      </Section>
      <Section title={t("backups.schedule")}>
        <ScheduleForm key={JSON.stringify(data.schedule)} schedule={data.schedule} />
      </Section>
      <RestoreDialog path={restore} onClose={() => setRestore(null)} />
    </Page>
  );
}

/** Whether all is well, in one line. */
function Standing({ view }: { view: BackupsView }) {
  const { t } = useTranslation();
  const last = view.last === null ? t("backups.never") : t("backups.last", { time: formatTime(view.last) });
  return (
    <>
      {view.missed ? (
        <StatusPill tone="danger" icon={TriangleAlert}>
          {t("backups.missed")}
        </StatusPill>
      ) : (
        view.last !== null && (
          <StatusPill tone="success" icon={CircleCheck}>
            {t("backups.in_time")}
          </StatusPill>
        )
      )}
      <span>{last}</span>
      <span>{view.next === null ? t("backups.next_none") : t("backups.next", { time: formatTime(view.next) })}</span>
    </>
  );
}
