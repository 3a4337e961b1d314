import { NOTHING, type Selection } from "./types";

export const isSelected = (selection: Selection, id: string): boolean => selection.ids.has(id) !== selection.all;

/** How many of `total` rows are selected. */
export const countSelected = (selection: Selection, total: number): number =>
  selection.all ? Math.max(0, total - selection.ids.size) : selection.ids.size;

export function withRows(selection: Selection, ids: readonly string[], selected: boolean): Selection {
  const named = new Set(selection.ids);
  for (const id of ids) {
    if (selected !== selection.all) named.add(id);
    else named.delete(id);
  }
  return { all: selection.all, ids: named };
}

export const toggled = (selection: Selection, id: string): Selection => withRows(selection, [id], !isSelected(selection, id));

/** All of the list, or nothing when all were selected. */
export const toggledAll = (selection: Selection, total: number): Selection =>
  countSelected(selection, total) === total ? NOTHING : { all: true, ids: new Set() };
