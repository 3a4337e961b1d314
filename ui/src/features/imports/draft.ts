/** The import that is being prepared. It outlives the page, so that leaving it for a moment costs nothing. */
import { create } from "zustand";
import type { FileOptions, ImportMode, JobId, Target } from "../../ipc/contract";

export const STEPS = ["file", "mapping", "check", "run"] as const;
export type Step = (typeof STEPS)[number];

export interface Draft {
  step: Step;
  path: string;
  /** Counts files that were chosen, so that one chosen again is read again: it may have changed. */
  reading: number;
  /** How the file is read; null while that is found out. */
  options: FileOptions | null;
  /** What the user chose instead of the guess, by the column's place. */
  targets: Readonly<Record<number, Target>>;
  mode: ImportMode;
  check: JobId | null;
  run: JobId | null;
}

const EMPTY: Draft = { step: "file", path: "", reading: 0, options: null, targets: {}, mode: "add_only", check: null, run: null };

export const useDraft = create<Draft>(() => EMPTY);

const set = (change: Partial<Draft>): void => useDraft.setState(change);

export const forgetDraft = (): void => set({ ...EMPTY, reading: useDraft.getState().reading });
/** Another file: what was chosen for the last one no longer holds. */
export function changePath(path: string): void {
  const { mode, reading } = useDraft.getState();
  set({ ...EMPTY, mode, path, reading: reading + 1 });
}
export const changeOptions = (options: FileOptions): void => set({ options, targets: {}, check: null });
export const changeTarget = (column: number, target: Target): void =>
  set({ targets: { ...useDraft.getState().targets, [column]: target }, check: null });
export const changeMode = (mode: ImportMode): void => set({ mode, check: null });
export const changeStep = (step: Step): void => set({ step, run: null });
export const setCheck = (check: JobId): void => set({ check, step: "check" });
export const setRun = (run: JobId): void => set({ run, step: "run" });
