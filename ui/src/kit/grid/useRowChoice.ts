import { useCallback, useEffect, useRef, useState } from "react";
import type { DataGridProps } from "./DataGrid";
import { recall } from "./memory";
import { toggled, withRows } from "./selection";
import { NOTHING } from "./types";

export interface RowChoice {
  /** The row with the focus; -1 for none. */
  active: number;
  /** Gives a row the focus and brings it into view. */
  activate: (index: number) => void;
  /** Extends the selection to the row that gets the focus. */
  extend: (index: number) => void;
  /** Selects or unselects a row; with `range` all rows from the last one touched. */
  toggle: (index: number, range: boolean) => void;
  check: (index: number, event: { shiftKey: boolean }) => void;
  open: (index: number) => void;
}

/** Focus, selection and opening of rows. Its functions keep their identity, so that rows are not drawn again for nothing. */
export function useRowChoice<Row>(props: DataGridProps<Row>, total: number, show: (index: number) => void): RowChoice {
  const [own, setOwn] = useState(() => recall(props.memory, props.listKey)?.active ?? -1);
  const active = Math.min(props.active ?? own, total - 1);
  const anchor = useRef(active);
  const latest = useRef({ props, total, show, active });
  latest.current = { props, total, show, active };
  const listKey = useRef(props.listKey);
  useEffect(() => {
    if (listKey.current === props.listKey) return;
    listKey.current = props.listKey;
    setOwn(-1);
    anchor.current = -1;
  }, [props.listKey]);

  const move = useCallback((index: number, keepAnchor: boolean) => {
    const { props: now, total: count } = latest.current;
    if (count === 0) return;
    const to = Math.max(0, Math.min(count - 1, index));
    if (!keepAnchor) anchor.current = to;
    setOwn(to);
    latest.current.show(to);
    now.onActive?.(to, now.rows(to));
  }, []);
  const activate = useCallback((index: number) => move(index, false), [move]);
  const select = useCallback(async (from: number, to: number, selected: boolean) => {
    const { props: now } = latest.current;
    const ids = await idsBetween(now, Math.min(from, to), Math.max(from, to));
    now.onSelection?.(withRows(latest.current.props.selection ?? NOTHING, ids, selected));
  }, []);
  const toggle = useCallback(
    (index: number, range: boolean) => {
      const { props: now } = latest.current;
      const row = now.rows(index);
      if (!now.onSelection || row === undefined) return;
      const selection = now.selection ?? NOTHING;
      if (range && anchor.current >= 0) void select(anchor.current, index, true);
      else now.onSelection(toggled(selection, now.rowId(row)));
      move(index, range);
    },
    [move, select],
  );
  const extend = useCallback(
    (index: number) => {
      const from = anchor.current < 0 ? Math.max(0, latest.current.active) : anchor.current;
      anchor.current = from;
      const to = Math.max(0, Math.min(latest.current.total - 1, index));
      if (latest.current.props.onSelection) void select(from, to, true);
      move(to, true);
    },
    [move, select],
  );
  const check = useCallback((index: number, event: { shiftKey: boolean }) => toggle(index, event.shiftKey), [toggle]);
  const open = useCallback((index: number) => {
    const { props: now } = latest.current;
    const row = now.rows(index);
    if (row === undefined) return;
    setOwn(index);
    now.onOpen?.(row, index);
  }, []);
  return { active, activate, extend, toggle, check, open };
}

/** Ids of a range: those at hand, and where some are not, the caller's answer. */
async function idsBetween<Row>(props: DataGridProps<Row>, start: number, end: number): Promise<string[]> {
  const rows = Array.from({ length: end - start + 1 }, (_, offset) => props.rows(start + offset));
  if (props.loadIds && rows.some((row) => row === undefined)) return props.loadIds(start, end);
  return rows.flatMap((row) => (row === undefined ? [] : [props.rowId(row)]));
}
