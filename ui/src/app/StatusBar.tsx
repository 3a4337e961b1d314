import { useQuery } from "@tanstack/react-query";
import { Clock, Cloud, CloudOff, KeyRound, type LucideIcon, Monitor, RefreshCw, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SyncView } from "../ipc/contract";
import { backupsQuery, syncQuery, useSession } from "../ipc/queries";
import { useRecovery } from "../ipc/recovery";
import { formatTimeShort } from "../kit/format/dates";
import { useGo } from "../kit/navigation";
import { Toasts } from "../kit/toast";
import { JobsButton } from "./JobsButton";

/** Always tells: connected or not, what waits, conflicts, last success, running jobs. A press opens the sync centre. */
export function StatusBar() {
  const { t } = useTranslation();
  const go = useGo();
  const sync = useQuery(syncQuery).data;
  const session = useSession();
  return (
    <section className="lq-status" aria-label={t("shell.status")}>
      {sync && (
        <button type="button" className="lq-status-sync" onClick={() => go("/sync")}>
          <span className="lq-hidden">{t("shell.open_sync")}</span>
          <SyncWords sync={sync} />
        </button>
      )}
      <BackupMissed />
      <RecoveryNews />
      <Toasts />
      <span className="lq-status-right">
        <JobsButton />
        <span className="lq-status-branch">{session?.user?.branch_name}</span>
        <span className="lq-status-version">{session?.version}</span>
      </span>
    </section>
  );
}

/** Seen wherever the user is: a backup that should be there is missing. */
function BackupMissed() {
  const { t } = useTranslation();
  const go = useGo();
  if (!useQuery(backupsQuery).data?.missed) return null;
  return (
    <button type="button" className="lq-status-sync" onClick={() => go("/backups")}>
      <span className="lq-sync-bad" role="status">
        <TriangleAlert size={12} aria-hidden /> {t("shell.backup_missed")}
      </span>
    </button>
  );
}

/** Seen wherever the user is, until it was looked at: the bank's recovery key is a new one, or one that is not taken. */
function RecoveryNews() {
  const { t } = useTranslation();
  const go = useGo();
  const news = useRecovery();
  if (!news?.unseen) return null;
  return (
    <button type="button" className="lq-status-sync" onClick={() => go("/account")}>
      <span className={news.refused === null ? "" : "lq-sync-bad"} role="status">
        <KeyRound size={12} aria-hidden /> {news.refused === null ? t("shell.recovery_new") : t("shell.recovery_refused")}
      </span>
    </button>
  );
}

function SyncWords({ sync }: { sync: SyncView }) {
  const { t } = useTranslation();
  const { icon: Icon, words } = useConnection(sync);
  return (
    <span className={`lq-sync lq-sync-${sync.state}`}>
      <Icon size={13} aria-hidden className={sync.state === "running" ? "lq-turning" : ""} />
      <span role="status">{words}</span>
      {sync.joined && (
        <span className={sync.pending ? "lq-sync-waiting" : ""}>
          {sync.pending ? t("shell.waiting", { count: sync.pending }) : t("shell.waiting_none")}
        </span>
      )}
      {sync.conflicts > 0 && (
        <span className="lq-sync-warn">
          <TriangleAlert size={12} aria-hidden /> {t("shell.conflicts", { count: sync.conflicts })}
        </span>
      )}
      {sync.refused > 0 && (
        <span className="lq-sync-bad">
          <TriangleAlert size={12} aria-hidden /> {t("shell.refused", { count: sync.refused })}
        </span>
      )}
      {sync.clock_ahead_ms !== null && (
        <span className="lq-sync-warn">
          <Clock size={12} aria-hidden /> {t("shell.clock")}
        </span>
      )}
    </span>
  );
}

/** The state of the connection; the time is that of the last success, never of the last try. */
function useConnection(sync: SyncView): { icon: LucideIcon; words: string } {
  const { t } = useTranslation();
  const now = useNow(30_000);
  const time = sync.last_success === null ? null : formatTimeShort(sync.last_success, now);
  switch (sync.state) {
    case "standalone":
      return { icon: Monitor, words: t("shell.standalone") };
    case "running":
      return {
        icon: RefreshCw,
        words: sync.progress ? t("shell.syncing_progress", { done: sync.progress[0], total: sync.progress[1] }) : t("shell.syncing"),
      };
    case "offline":
      return { icon: CloudOff, words: time ? t("shell.offline_since", { time }) : t("shell.offline") };
    case "sign_in_needed":
      return { icon: TriangleAlert, words: t("shell.sign_in_needed") };
    case "idle":
      return { icon: Cloud, words: time ? t("shell.synced_at", { time }) : t("shell.never_synced") };
  }
}

function useNow(every: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
