import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { WordedError } from "./ErrorText";
import type { JobShown } from "./JobBar";

/** Long work as the use cases tell it. */
export interface JobTold {
  id: string;
  kind: "import_check" | "import" | "import_undo" | "export" | "backup" | "backup_check" | "restore" | "rekey";
  title: string;
  step: "reading" | "checking" | "writing" | "saving";
  state: JobShown["state"];
  done: number;
  total: number;
  started_at: number;
  ended_at: number | null;
  remaining_ms: number | null;
  error: WordedError | null;
}

/** Words a piece of long work for `JobBar`. */
export function useJobShown(): (job: JobTold) => JobShown {
  const { t } = useTranslation();
  return useCallback(
    (job) => ({
      id: job.id,
      title: t(`jobs.${job.kind}`),
      detail: job.title,
      step: t(`jobs.${job.step}`),
      state: job.state,
      done: job.done,
      total: job.total,
      elapsed: (job.ended_at ?? Date.now()) - job.started_at,
      remaining: job.remaining_ms,
      error: job.error,
    }),
    [t],
  );
}
