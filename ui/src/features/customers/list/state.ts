/** What the list shows, kept while other screens are open, so that coming back finds it as it was. */
import { create } from "zustand";
import type { CustomerFilter, CustomerQuery, SavedView, SortKey } from "../../../ipc/contract";
import { type ColumnState, NOTHING, type Selection, type Sort } from "../../../kit/grid/types";
import { filterKey } from "./filters";
import { keepColumns, keptColumns } from "./kept";

export interface ListState {
  query: CustomerQuery;
  columns: readonly ColumnState[];
  selection: Selection;
  /** The saved view that was opened last; null for all customers. */
  view: string | null;
  /** The customer whose row has the focus, or who was opened from it. */
  active: string | null;
  /** Where that row stands, for the way to the next one. */
  at: number;
}

export const ALL: CustomerQuery = { text: "", filters: [], sort: null };

/** Columns before the user changes them, in order; the others are hidden. */
const SHOWN: readonly [string, number][] = [
  ["name", 120],
  ["mobile", 116],
  ["age", 56],
  ["gender", 80],
  ["risk_grade", 96],
  ["assets", 128],
  ["tags", 124],
  ["occupation", 104],
  ["source", 96],
  ["updated_at", 136],
  ["sync", 100],
];
const HIDDEN: readonly [string, number][] = [
  ["kind", 72],
  ["birth_date", 104],
  ["document_type", 128],
  ["document_number", 176],
  ["document_expiry", 104],
  ["uscc", 176],
  ["phones", 144],
  ["email", 160],
  ["division", 200],
  ["address", 160],
  ["employer", 160],
  ["income", 140],
  ["owner", 104],
  ["branch", 144],
  ["notes", 200],
  ["created_at", 144],
];
const state = ([id, width]: readonly [string, number], hidden: boolean): ColumnState => ({ id, width, ...(hidden && { hidden }) });
export const DEFAULT_COLUMNS: readonly ColumnState[] = [...SHOWN.map((one) => state(one, false)), ...HIDDEN.map((one) => state(one, true))];

const start = (): ListState => ({
  query: ALL,
  columns: keptColumns(DEFAULT_COLUMNS),
  selection: NOTHING,
  view: null,
  active: null,
  at: -1,
});

export const useList = create<ListState>(start);

/** The list as it first appears: for another user, and for tests. */
export const resetList = (): void => useList.setState(start(), true);

/** Columns as the user has them now. Those of a saved view are kept when it is saved. */
export function setColumns(columns: readonly ColumnState[]): void {
  useList.setState({ columns });
  if (useList.getState().view === null) keepColumns(columns);
}

/** Asks another question. What was selected belonged to the last one. */
export const ask = (change: Partial<CustomerQuery>): void =>
  useList.setState((was) => ({ query: { ...was.query, ...change }, selection: NOTHING, active: null, at: -1 }));

/** Sets a condition in the place of one of its kind; null takes it away. */
export function setFilter(key: string, filter: CustomerFilter | null): void {
  const { filters } = useList.getState().query;
  const known = filters.some((one) => filterKey(one) === key);
  const next = filters.flatMap((one) => (filterKey(one) === key ? (filter ?? []) : one));
  ask({ filters: known || !filter ? next : [...next, filter] });
}

export const sortOf = (query: CustomerQuery): Sort => query.sort ?? { by: "name", descending: false };
export const setSort = (sort: Sort): void => ask({ sort: { by: sort.by as SortKey, descending: sort.descending } });

/** Columns of a saved view: those it names in its order, the others hidden. */
const columnsOf = (view: SavedView): ColumnState[] => {
  const shown = view.columns.map(({ column, width }) => ({ id: column, width }));
  const named = new Set(shown.map((one) => one.id));
  return [...shown, ...DEFAULT_COLUMNS.filter((one) => !named.has(one.id)).map((one) => ({ ...one, hidden: true }))];
};

export const openView = (view: SavedView | null): void =>
  useList.setState({
    query: view?.query ?? ALL,
    columns: view ? columnsOf(view) : keptColumns(DEFAULT_COLUMNS),
    selection: NOTHING,
    active: null,
    at: -1,
    view: view?.id ?? null,
  });

const shownColumns = (columns: readonly ColumnState[]): { column: string; width: number }[] =>
  columns.filter((one) => !one.hidden).map(({ id, width }) => ({ column: id, width }));

/** The list as a view keeps it. */
export const asView = ({ query, columns }: ListState): Pick<SavedView, "query" | "columns"> => ({ query, columns: shownColumns(columns) });

/** Whether the list differs from the view it was opened with. */
export function isChanged(list: ListState, view: SavedView | null): boolean {
  const now = asView(list);
  // All customers have whatever columns the user gave them.
  return fingerprint(now) !== fingerprint(view ?? { query: ALL, columns: now.columns });
}

/** Order by name is the same as no order of its own. */
const fingerprint = ({ query, columns }: Pick<SavedView, "query" | "columns">): string => {
  const sort = query.sort?.by === "name" && !query.sort.descending ? null : query.sort;
  return JSON.stringify([query.text, query.filters, sort && [sort.by, sort.descending], columns.map((one) => [one.column, one.width])]);
};
