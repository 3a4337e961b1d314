import { useQuery } from "@tanstack/react-query";
import { Popover } from "antd";
import { LoaderCircle } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../ipc/call";
import type { JobView } from "../ipc/contract";
import { jobsQuery } from "../ipc/queries";
import { JobBar } from "../kit/JobBar";
import { useGo } from "../kit/navigation";
import { useJobShown } from "../kit/useJobShown";
import type { LabelKey } from "../kit/words";

/** Work that runs beside the screen: how much there is, and a press shows each. */
export function JobsButton() {
  const { t } = useTranslation();
  const jobs = useQuery(jobsQuery).data ?? [];
  const [open, setOpen] = useState(false);
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
  const shown = jobs.filter((job) => !removed.has(job.id));
  const running = shown.filter((job) => job.state === "running");
  if (shown.length === 0) return null;
  const lead = running[0];
  const percent = lead && lead.total > 0 ? ` ${Math.floor((lead.done / lead.total) * 100)}%` : "";
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="topRight"
      destroyOnHidden
      styles={{ container: { padding: 0 } }}
      content={
        <section className="lq-jobs" aria-label={t("jobs.region")}>
          {shown.map((job) => (
            <JobEntry key={job.id} job={job} onDone={() => setOpen(false)} onDismiss={() => setRemoved(new Set([...removed, job.id]))} />
          ))}
        </section>
      }
    >
      <button type="button" className="lq-status-jobs" aria-expanded={open}>
        {lead && <LoaderCircle size={12} className="lq-turning" aria-hidden />}
        {lead ? `${t(`jobs.${lead.kind}` as LabelKey)}${percent}` : t("shell.jobs", { count: shown.length })}
      </button>
    </Popover>
  );
}

/** Where the outcome of a job is shown. */
const PLACES: Record<JobView["kind"], string> = {
  import_check: "/imports",
  import: "/imports",
  import_undo: "/imports",
  export: "/exports",
  backup: "/backups",
  backup_check: "/backups",
  restore: "/backups",
  rekey: "/settings",
};

function JobEntry(p: { job: JobView; onDone: () => void; onDismiss: () => void }) {
  const go = useGo();
  const shown = useJobShown();
  const { job } = p;
  const open = (): void => {
    p.onDone();
    go(PLACES[job.kind], { job: job.id });
  };
  return <JobBar job={shown(job)} onCancel={() => void call("jobs_cancel", { id: job.id })} onOpen={open} onDismiss={p.onDismiss} />;
}
