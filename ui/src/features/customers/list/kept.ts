/** The columns of the list of all customers, kept on this workstation: names and widths of columns, nothing about anybody. */
import type { ColumnState } from "../../../kit/grid/types";

const KEY = "lq.customers.columns";

const isColumn = (one: unknown): one is ColumnState =>
  typeof one === "object" && one !== null && "id" in one && typeof one.id === "string" && "width" in one && typeof one.width === "number";

/** What was kept, or `fallback` when there is nothing or it can't be read. */
export function keptColumns(fallback: readonly ColumnState[]): readonly ColumnState[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return Array.isArray(kept) && kept.length > 0 && kept.every(isColumn) ? kept : fallback;
  } catch {
    return fallback;
  }
}

export const keepColumns = (columns: readonly ColumnState[]): void => localStorage.setItem(KEY, JSON.stringify(columns));
