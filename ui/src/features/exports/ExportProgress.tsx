import { Button, Input } from "antd";
import { CircleCheck, Copy } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../ipc/call";
import { useJob } from "../../ipc/jobs";
import { formatCount } from "../../kit/format/number";
import { JobBar } from "../../kit/JobBar";
import { useGo } from "../../kit/navigation";
import { Loading, State } from "../../kit/states";
import { toast } from "../../kit/toast";
import { useJobShown } from "../../kit/useJobShown";

/** An export while it runs, and where its file is afterwards. */
export function ExportProgress({ id, onAgain }: { id: string; onAgain?: () => void }) {
  const { t } = useTranslation();
  const go = useGo();
  const shown = useJobShown();
  const job = useJob(id);
  const toCustomers = <Button onClick={() => go("/customers")}>{t("exports.to_customers")}</Button>;
  if (job === undefined) return <Loading />;
  if (job === null) return <State title={t("exports.job_gone")} text={t("exports.job_gone_text")} actions={toCustomers} />;
  const failed = job.state === "failed" || job.state === "cancelled";
  return (
    <>
      {job.result === null && (
        <div className="lq-exports-job">
          <JobBar job={shown(job)} onCancel={() => void call("jobs_cancel", { id })} />
        </div>
      )}
      {job.state === "running" && <p className="lq-note">{t("exports.running")}</p>}
      {job.result?.kind === "export" && <Outcome path={job.result.path} rows={job.result.rows} />}
      {job.state !== "running" && (
        <div className="lq-exports-deeds">
          {failed && onAgain && (
            <Button type="primary" onClick={onAgain}>
              {t("exports.again")}
            </Button>
          )}
          {toCustomers}
        </div>
      )}
    </>
  );
}

function Outcome({ path, rows }: { path: string; rows: number }) {
  const { t } = useTranslation();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  const copy = (): void =>
    void navigator.clipboard.writeText(path).then(
      () => toast({ text: t("exports.copied") }),
      () => toast({ text: t("exports.copy_failed"), tone: "danger" }),
    );
  return (
    <section className="lq-exports-outcome" aria-label={t("exports.result")}>
      <h2>
        <CircleCheck size={16} aria-hidden /> {t("exports.result")}
        <span className="lq-note">{t("exports.result_rows", { count: rows, replace: { count: formatCount(rows) } })}</span>
      </h2>
      <div className="lq-exports-path">
        <Input readOnly aria-label={t("exports.file")} value={path} onFocus={(event) => event.target.select()} />
        <Button ref={button} type="primary" icon={<Copy size={14} aria-hidden />} onClick={copy}>
          {t("exports.copy")}
        </Button>
      </div>
    </section>
  );
}
