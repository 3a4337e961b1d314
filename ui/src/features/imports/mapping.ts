/** Where each column of a file goes, and what is wrong with that. */
import type { ErrorCode, Field, FileView, Target } from "../../ipc/contract";

/** The mapping as it stands: the guess, with what the user chose instead. */
export const targetsOf = (file: FileView, chosen: Readonly<Record<number, Target>>): Target[] =>
  file.columns.map((column, index) => chosen[index] ?? column.target);

const fieldOf = (target: Target): Field | null => (target.kind === "field" ? target.field : null);

export interface MappingProblem {
  code: Extract<ErrorCode, "mapping_name" | "mapping_twice">;
  /** The columns it is about; none when a column is missing. */
  columns: readonly number[];
}

/** The same refusals as the use case gives, told while the user chooses. */
export function problemsOf(targets: readonly Target[]): MappingProblem[] {
  const places = new Map<Field, number[]>();
  targets.forEach((target, index) => {
    const field = fieldOf(target);
    if (field) places.set(field, [...(places.get(field) ?? []), index]);
  });
  const twice = [...places.values()].filter((columns) => columns.length > 1).flat();
  return [
    ...(places.has("name") ? [] : [{ code: "mapping_name", columns: [] } as const]),
    ...(twice.length > 0 ? [{ code: "mapping_twice", columns: twice } as const] : []),
  ];
}

export const countTargets = (targets: readonly Target[], kind: Target["kind"]): number =>
  targets.filter((target) => target.kind === kind).length;

/** A target as the text that a select knows it by. */
export const wordOf = (target: Target): string => (target.kind === "field" ? `field:${target.field}` : target.kind);

export function targetOf(word: string): Target {
  if (word.startsWith("field:")) return { kind: "field", field: word.slice(6) as Field };
  return { kind: word === "extra" ? "extra" : "skip" };
}
