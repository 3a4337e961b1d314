import "./jobs.css";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useErrorText, type WordedError } from "./ErrorText";
import { formatDuration } from "./format/dates";
import { formatCount } from "./format/number";

/** A piece of long work, already worded by the caller. */
export interface JobShown {
  id: string;
  title: string;
  detail?: string;
  step: string;
  state: "running" | "done" | "cancelled" | "failed";
  done: number;
  /** 0 while unknown. */
  total: number;
  /** Milliseconds since it began. */
  elapsed: number;
  remaining: number | null;
  error: WordedError | null;
}

interface JobBarProps {
  job: JobShown;
  onCancel: () => void;
  onOpen?: () => void;
  onDismiss?: () => void;
}

/** Long work: n of total, rate, time left, cancel; afterwards its outcome. */
export function JobBar({ job, onCancel, onOpen, onDismiss }: JobBarProps) {
  const { t } = useTranslation();
  const running = job.state === "running";
  const percent = job.total > 0 ? Math.floor((job.done / job.total) * 100) : 0;
  return (
    <div className={`lq-job lq-job-${job.state}`}>
      <div className="lq-job-line">
        <strong>{job.title}</strong>
        {job.detail && <span className="lq-job-detail">{job.detail}</span>}
        <span className="lq-job-actions">
          {running && (
            <Button size="small" onClick={onCancel} aria-label={`${t("jobs.cancel")} ${job.title}`}>
              {t("common.cancel")}
            </Button>
          )}
          {job.state === "done" && onOpen && (
            <Button size="small" type="link" onClick={onOpen}>
              {t("jobs.open")}
            </Button>
          )}
          {!running && onDismiss && (
            <Button size="small" type="text" onClick={onDismiss}>
              {t("jobs.dismiss")}
            </Button>
          )}
        </span>
      </div>
      {running && <ProgressBar label={t("jobs.progress", { title: job.title })} percent={job.total > 0 ? percent : null} />}
      <JobFigures job={job} />
    </div>
  );
}

/** How far something is; `percent` is null while that is unknown. */
export function ProgressBar(p: { label: string; percent: number | null }) {
  return (
    <div
      role="progressbar"
      aria-label={p.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={p.percent ?? undefined}
      className={p.percent === null ? "lq-progress lq-progress-open" : "lq-progress"}
    >
      <span style={{ width: `${p.percent ?? 30}%` }} />
    </div>
  );
}

function JobFigures({ job }: { job: JobShown }) {
  const { t, i18n } = useTranslation();
  const errorText = useErrorText();
  if (job.state === "failed" && job.error) return <div className="lq-job-figures">{errorText(job.error)}</div>;
  const rate = job.elapsed > 500 ? Math.round(job.done / (job.elapsed / 1000)) : 0;
  const parts = [
    job.state === "running" ? job.step : t(`jobs.${job.state}`),
    job.total > 0 ? `${formatCount(job.done)} / ${formatCount(job.total)}` : job.done > 0 ? formatCount(job.done) : null,
    job.state === "running" && rate > 0 ? t("jobs.per_second", { rows: formatCount(rate) }) : null,
    job.remaining !== null && job.state === "running" ? t("jobs.remaining", { time: formatDuration(job.remaining, i18n.language) }) : null,
  ];
  return <div className="lq-job-figures">{parts.filter(Boolean).join(" · ")}</div>;
}
