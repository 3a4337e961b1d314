import type { ReactNode } from "react";

/** A column as the screen declares it. */
export interface Column<Row> {
  id: string;
  title: string;
  /** CSS pixels, until the user changes it. */
  width: number;
  /** Amounts stand at the end, so that digits line up. */
  align?: "start" | "end";
  /** A press on its header asks for this order. */
  sortable?: boolean;
  /** A press on the cell opens the row, as Enter does. */
  opens?: boolean;
  /** May not be hidden. */
  fixed?: boolean;
  render: (row: Row) => ReactNode;
}

/** A column as the user has it. The order of the list is the order on the screen; columns not named come after, as declared. */
export interface ColumnState {
  id: string;
  width: number;
  hidden?: boolean;
}

export interface Sort {
  by: string;
  descending: boolean;
}

/** What is selected: the named rows, or all that the list has except the named rows. */
export interface Selection {
  all: boolean;
  ids: ReadonlySet<string>;
}

export const NOTHING: Selection = { all: false, ids: new Set() };
export const MIN_WIDTH = 56;
export const MAX_WIDTH = 640;
/** Width of the column with the check boxes. */
export const CHECK_WIDTH = 36;
