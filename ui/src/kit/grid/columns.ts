import { type Column, type ColumnState, MAX_WIDTH, MIN_WIDTH } from "./types";

export interface Placed<Row> {
  column: Column<Row>;
  width: number;
}

/** The user's state of every declared column, in the user's order. */
export function completeState<Row>(columns: readonly Column<Row>[], state: readonly ColumnState[] | undefined): ColumnState[] {
  const declared = new Map(columns.map((column) => [column.id, column]));
  const kept = (state ?? []).filter((one) => declared.has(one.id));
  const named = new Set(kept.map((one) => one.id));
  return [...kept, ...columns.filter((column) => !named.has(column.id)).map(({ id, width }) => ({ id, width }))];
}

/** The columns on the screen, in order. */
export function place<Row>(columns: readonly Column<Row>[], state: readonly ColumnState[] | undefined): Placed<Row>[] {
  const declared = new Map(columns.map((column) => [column.id, column]));
  return completeState(columns, state).flatMap(({ id, width, hidden }) => {
    const column = declared.get(id);
    return column && (!hidden || column.fixed) ? [{ column, width }] : [];
  });
}

export const resized = (state: readonly ColumnState[], id: string, width: number): ColumnState[] =>
  state.map((one) => (one.id === id ? { ...one, width: Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width))) } : one));

/** Puts a column before another one; at the end when `before` is null. */
export function moved(state: readonly ColumnState[], id: string, before: string | null): ColumnState[] {
  const taken = state.find((one) => one.id === id);
  if (!taken || id === before) return [...state];
  const rest = state.filter((one) => one.id !== id);
  const at = before === null ? rest.length : rest.findIndex((one) => one.id === before);
  return [...rest.slice(0, at), taken, ...rest.slice(at)];
}

/** Moves a column past the next one that is shown. */
export function nudged(state: readonly ColumnState[], id: string, by: 1 | -1): ColumnState[] {
  const shown = state.filter((one) => !one.hidden);
  const at = shown.findIndex((one) => one.id === id);
  const target = shown[at + by];
  if (!target) return [...state];
  return by < 0 ? moved(state, id, target.id) : moved(state, id, shown[at + 2]?.id ?? null);
}

export const hidden = (state: readonly ColumnState[], id: string, hide: boolean): ColumnState[] =>
  state.map((one) => (one.id === id ? { ...one, hidden: hide } : one));
