import { Button } from "antd";
import { Clock, Cloud, CloudOff, type LucideIcon, Monitor, RefreshCw, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SyncState, SyncView } from "../../ipc/contract";
import { ErrorText } from "../../kit/ErrorText";
import { formatDuration, formatTime } from "../../kit/format/dates";
import { formatCount } from "../../kit/format/number";
import { JoinDialog } from "./JoinDialog";
import { SignInDialog } from "./SignInDialog";

const ICONS: Record<SyncState, LucideIcon> = {
  standalone: Monitor,
  idle: Cloud,
  running: RefreshCw,
  offline: CloudOff,
  sign_in_needed: TriangleAlert,
};

/** In one look: connected or not, since when, what waits, and the next step where there is one. */
export function StateCard({ sync }: { sync: SyncView }) {
  const { t } = useTranslation();
  const Icon = ICONS[sync.state];
  return (
    <section className={`lq-sync-card lq-sync-card-${sync.state}`} aria-label={t("sync.state")}>
      <span className="lq-sync-icon">
        <Icon size={22} strokeWidth={1.6} aria-hidden className={sync.state === "running" ? "lq-turning" : ""} />
      </span>
      <div className="lq-sync-words">
        <h2>
          <span role="status">{t(`sync.state_${sync.state}`)}</span>
        </h2>
        <p>{t(`sync.text_${sync.state}`)}</p>
        {sync.joined && sync.error && sync.state !== "offline" && <ErrorText error={{ code: sync.error }} />}
        <Progress sync={sync} />
        <ClockWarning sync={sync} />
        <NextStep sync={sync} />
      </div>
      {sync.joined && <Figures sync={sync} />}
    </section>
  );
}

function Figures({ sync }: { sync: SyncView }) {
  const { t } = useTranslation();
  const figures = [
    { name: t("sync.server"), value: sync.server_name ?? t("common.none") },
    { name: t("sync.last_success"), value: sync.last_success === null ? t("shell.never_synced") : formatTime(sync.last_success) },
    { name: t("sync.waiting_count"), value: formatCount(sync.pending) },
    { name: t("sync.todo_count"), value: formatCount(sync.conflicts + sync.refused) },
  ];
  return (
    <dl className="lq-sync-figures">
      {figures.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Progress({ sync }: { sync: SyncView }) {
  const { t } = useTranslation();
  if (sync.state !== "running" || !sync.progress) return null;
  const [done, total] = sync.progress;
  return (
    <div className="lq-sync-progress">
      <progress max={total} value={done} aria-label={t("sync.progress")} />
      <span>{t("sync.progress_words", { done: formatCount(done), total: formatCount(total) })}</span>
    </div>
  );
}

function ClockWarning({ sync }: { sync: SyncView }) {
  const { t, i18n } = useTranslation();
  if (sync.clock_ahead_ms === null) return null;
  const time = formatDuration(Math.abs(sync.clock_ahead_ms), i18n.language);
  return (
    <p className="lq-sync-clock">
      <Clock size={14} aria-hidden />
      {sync.clock_ahead_ms > 0 ? t("sync.clock_ahead", { time }) : t("sync.clock_behind", { time })}
    </p>
  );
}

/** What the user can do about the state; most of the time there is nothing to do. */
function NextStep({ sync }: { sync: SyncView }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (sync.state !== "standalone" && sync.state !== "sign_in_needed") return null;
  const alone = sync.state === "standalone";
  const Ask = alone ? JoinDialog : SignInDialog;
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {alone ? t("sync.join") : t("sync.sign_in")}
      </Button>
      <Ask open={open} onClose={() => setOpen(false)} />
    </>
  );
}
