/** The conditions of the list: which there are, how each is edited and how it reads. */
import type { CustomerFilter, Field, FieldView, SyncMark } from "../../../ipc/contract";

/** `choices`: some of a few words. The others are ranges, or lists that are looked up. */
export type FilterShape = "choices" | "users" | "branches" | "tags" | "division" | "age" | "money" | "day" | "sync";

export interface FilterKind {
  key: string;
  field: Field | "age" | "sync";
  shape: FilterShape;
}

export const FILTERS: readonly FilterKind[] = [
  { key: "kind", field: "kind", shape: "choices" },
  { key: "risk_grade", field: "risk_grade", shape: "choices" },
  { key: "gender", field: "gender", shape: "choices" },
  { key: "age", field: "age", shape: "age" },
  { key: "tags", field: "tags", shape: "tags" },
  { key: "assets", field: "assets", shape: "money" },
  { key: "income", field: "income", shape: "money" },
  { key: "birth_date", field: "birth_date", shape: "day" },
  { key: "source", field: "source", shape: "choices" },
  { key: "division", field: "division", shape: "division" },
  { key: "owner", field: "owner", shape: "users" },
  { key: "branch", field: "branch", shape: "branches" },
  { key: "sync", field: "sync", shape: "sync" },
];

/** One condition of a key can stand at a time. */
export const filterKey = (filter: CustomerFilter): string =>
  filter.kind === "one_of" || filter.kind === "between" ? filter.field : filter.kind;

export const kindOf = (key: string): FilterKind | undefined => FILTERS.find((one) => one.key === key);

export const SYNC_MARKS: readonly SyncMark[] = ["synced", "pending", "conflict", "refused"];

/** The words a condition may choose from, with the one for "not filled in" where a field may be empty. */
export const choicesOf = (fields: readonly FieldView[], field: string): string[] => {
  const choices = fields.find((one) => one.field === field)?.choices ?? [];
  return field === "kind" ? choices : [...choices, ""];
};

export interface Range {
  from: string;
  to: string;
}

export const rangeOf = (filter: CustomerFilter | undefined): Range =>
  filter?.kind === "between" || filter?.kind === "age"
    ? { from: filter.from === null ? "" : String(filter.from), to: filter.to === null ? "" : String(filter.to) }
    : { from: "", to: "" };

/** A range as a condition; null when it has no limit. */
export function rangeFilter(kind: FilterKind, { from, to }: Range): CustomerFilter | null {
  if (from === "" && to === "") return null;
  if (kind.field === "age") return { kind: "age", from: from === "" ? null : Number(from), to: to === "" ? null : Number(to) };
  return { kind: "between", field: kind.field as Field, from: from || null, to: to || null };
}

/** The words or ids a condition names. */
export function namedOf(filter: CustomerFilter | undefined): string[] {
  if (filter?.kind === "one_of") return filter.values;
  if (filter?.kind === "tags") return filter.tags;
  if (filter?.kind === "sync") return filter.states;
  return filter?.kind === "division" ? [filter.code] : [];
}

/** Named words as a condition; null when there are none. */
export function namedFilter(kind: FilterKind, named: readonly string[]): CustomerFilter | null {
  const [first] = named;
  if (first === undefined) return null;
  if (kind.shape === "tags") return { kind: "tags", tags: [...named] };
  if (kind.shape === "sync") return { kind: "sync", states: named as SyncMark[] };
  if (kind.shape === "division") return { kind: "division", code: first };
  return { kind: "one_of", field: kind.field as Field, values: [...named] };
}
