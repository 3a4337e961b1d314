import { type KeyboardEvent, useCallback, useMemo, useRef } from "react";
import { type Action, useActions, useRegistry } from "../keys/actions";
import { isComposing } from "../keys/dispatch";
import type { RowChoice } from "./useRowChoice";

interface GridKeys extends RowChoice {
  total: number;
  /** Rows that fit on the screen. */
  page: () => number;
  mainList: boolean;
}

const NONE: readonly Action[] = [];

/** Keys of a list: its own while it has the focus; of the main list also without it, through the registry. */
export function useGridKeys(keys: GridKeys): (event: KeyboardEvent) => void {
  const latest = useRef(keys);
  latest.current = keys;
  const { mainList } = keys;
  const actions = useMemo<readonly Action[]>(
    () =>
      mainList
        ? [
            {
              id: "grid.down",
              labelKey: "keys.grid_down",
              keys: ["j", "ArrowDown"],
              scope: "screen",
              group: "grid",
              keyOnly: true,
              run: () => latest.current.activate(latest.current.active + 1),
            },
            {
              id: "grid.up",
              labelKey: "keys.grid_up",
              keys: ["k", "ArrowUp"],
              scope: "screen",
              group: "grid",
              keyOnly: true,
              run: () => latest.current.activate(latest.current.active - 1),
            },
            {
              id: "grid.select",
              labelKey: "keys.grid_select",
              keys: ["x"],
              scope: "screen",
              group: "grid",
              keyOnly: true,
              run: () => latest.current.toggle(latest.current.active, false),
            },
            {
              id: "grid.open",
              labelKey: "keys.grid_open",
              keys: ["Enter"],
              scope: "screen",
              group: "grid",
              keyOnly: true,
              run: () => latest.current.open(latest.current.active),
            },
          ]
        : NONE,
    [mainList],
  );
  useActions(actions);
  return useCallback(
    (event: KeyboardEvent) => {
      if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isComposing(event.nativeEvent)) return;
      if (press(latest.current, event.key, event.shiftKey, !mainList && useRegistry.getState().singleKeys)) event.preventDefault();
    },
    [mainList],
  );
}

/** What a key does; false when it is none of the list's. Letters of the main list come through the registry, where they can be changed. */
function press(at: GridKeys, key: string, shift: boolean, letters: boolean): boolean {
  const to = target(at, key, letters);
  if (to !== null) {
    if (shift) at.extend(to);
    else at.activate(to);
    return true;
  }
  if (key === " " || (key === "x" && letters)) at.toggle(at.active, shift);
  else if (key === "Enter") at.open(at.active);
  else return false;
  return true;
}

function target(at: GridKeys, key: string, letters: boolean): number | null {
  switch (key) {
    case "ArrowDown":
      return at.active + 1;
    case "ArrowUp":
      return at.active - 1;
    case "PageDown":
      return at.active + at.page();
    case "PageUp":
      return at.active - at.page();
    case "Home":
      return 0;
    case "End":
      return at.total - 1;
    case "j":
      return letters ? at.active + 1 : null;
    case "k":
      return letters ? at.active - 1 : null;
    default:
      return null;
  }
}
