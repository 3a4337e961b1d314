/** The import that is being prepared. It outlives the page, so that leaving it for a moment costs nothing. */
import { create } from "zustand";
import type { FileOptions, ImportMode, JobId, Target } from "../../ipc/contract";

export const STEPS = ["file", "mapping", "check", "run"] as const;
export type Step = (typeof STEPS)[number];

export interface Draft {
  step: Step;
  path: string;
  /** How the file is read; null while that is found out. */
  options: FileOptions | null;
  /** What the user chose instead of the guess, by the column's place. */
  targets: Readonly<Record<number, Target>>;
  mode: ImportMode;
  check: JobId | null;
  run: JobId | null;
}

const EMPTY: Draft = { step: "file", path: "", options: null, targets: {}, mode: "add_only", check: null, run: null };

export const useDraft = create<Draft>(() => EMPTY);

const set = (change: Partial<Draft>): void => useDraft.setState(change);

export const forgetDraft = (): void => useDraft.setState(EMPTY, true);
/** Another file: what was chosen for the last one no longer holds. */
export const changePath = (path: string): void => useDraft.setState({ ...EMPTY, mode: useDraft.getState().mode, path }, true);
export const changeOptions = (options: FileOptions): void => set({ options, targets: {}, check: null });
export const changeTarget = (column: number, target: Target): void =>
  set({ targets: { ...useDraft.getState().targets, [column]: target }, check: null });
export const changeMode = (mode: ImportMode): void => set({ mode, check: null });
export const changeStep = (step: Step): void => set({ step, run: null });
export const setCheck = (check: JobId): void => set({ check, step: "check" });
export const setRun = (run: JobId): void => set({ run, step: "run" });
