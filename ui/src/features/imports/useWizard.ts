import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { ApiError, FileView, ImportCounts, ImportMode, JobView, StartImport, Target } from "../../ipc/contract";
import { useJob } from "../../ipc/jobs";
import { changeMode, changeStep, type Draft, forgetDraft, STEPS, type Step, setCheck, setRun, useDraft } from "./draft";
import { type MappingProblem, problemsOf, targetsOf } from "./mapping";
import { fileQuery, useStartImport } from "./queries";

export interface Wizard {
  draft: Draft;
  file: FileView | undefined;
  reading: boolean;
  error: ApiError | null;
  /** Why a check or an import could not be started. */
  refused: ApiError | null;
  targets: readonly Target[];
  problems: readonly MappingProblem[];
  /** The job of the present step: undefined while unknown, null when it is gone. */
  job: JobView | null | undefined;
  /** Whether the step's own result is there and can be gone on from. */
  ready: boolean;
  busy: boolean;
  next: () => void;
  back: () => void;
  reachable: (step: Step) => boolean;
  chooseMode: (mode: ImportMode) => void;
}

const countsOf = (job: JobView | null | undefined): ImportCounts | null =>
  job?.state === "done" && job.result?.kind === "import" ? job.result.counts : null;

/** How many rows an import would take in. */
export const usable = (job: JobView | null | undefined): number => {
  const counts = countsOf(job);
  return counts ? counts.new + counts.updated : 0;
};

/** The steps of an import: what is known, whether it can go on, and going on. */
export function useWizard(toProblem: (column: number) => void): Wizard {
  const draft = useDraft();
  const asked = draft.path !== "" && draft.step !== "run";
  const query = useQuery({
    ...fileQuery(draft),
    enabled: asked,
    // The same file read differently replaces the old picture without a gap; another file never shows the old one.
    placeholderData: (before, of) => (of?.queryKey[2] === draft.path ? before : undefined),
  });
  const file = query.error ? undefined : query.data;
  const targets = file ? targetsOf(file, draft.targets) : [];
  const problems = file ? problemsOf(targets) : [];
  const check = useJob(draft.check);
  const run = useJob(draft.run);
  const starting = useStartImport();
  const latest = useRef<StartImport | null>(null);
  latest.current = file ? { path: draft.path, options: file.options, mapping: [...targets], mode: draft.mode, dry_run: true } : null;

  const start = async (change: Partial<StartImport>): Promise<void> => {
    if (!latest.current || starting.isPending) return;
    const input = { ...latest.current, ...change };
    const job = await starting.mutateAsync(input).catch(() => null);
    if (job) (input.dry_run ? setCheck : setRun)(job.id);
  };
  const ready: Record<Step, boolean> = {
    file: file !== undefined && !query.isFetching,
    mapping: file !== undefined && problems.length === 0,
    check: usable(check) > 0,
    run: run !== undefined && run?.state !== "running",
  };
  const deeds: Record<Step, () => void> = {
    file: () => changeStep("mapping"),
    mapping: () => (problems.length > 0 ? toProblem(problems[0]?.columns[0] ?? 0) : void start({})),
    check: () => {
      if (usable(check) > 0) void start({ dry_run: false });
      else if (check?.state !== "running" && check?.state !== "done") void start({});
    },
    run: forgetDraft,
  };
  return {
    draft,
    file,
    reading: query.isFetching,
    error: query.error && !query.isFetching ? asApiError(query.error) : null,
    refused: starting.error ? asApiError(starting.error) : null,
    targets,
    problems,
    job: draft.step === "run" ? run : check,
    ready: ready[draft.step],
    busy: starting.isPending,
    next: () => {
      if (ready[draft.step] || draft.step === "mapping" || draft.step === "check") deeds[draft.step]();
    },
    back: () => changeStep(STEPS[STEPS.indexOf(draft.step) - 1] ?? "file"),
    reachable: (step) =>
      draft.run === null && (step === "file" || (step === "mapping" ? file !== undefined : step === "check" && draft.check !== null)),
    chooseMode: (mode) => {
      if (check?.state === "running") void call("jobs_cancel", { id: check.id });
      changeMode(mode);
      void start({ mode });
    },
  };
}
