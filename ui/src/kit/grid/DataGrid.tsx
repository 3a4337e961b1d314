import "./grid.css";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, type ReactNode, useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef } from "react";
import { rowHeight, useLook } from "../look";
import { completeState, place } from "./columns";
import { GridHeader } from "./GridHeader";
import { GridRow } from "./GridRow";
import { recall, remember } from "./memory";
import { countSelected, isSelected, toggledAll } from "./selection";
import { CHECK_WIDTH, type Column, type ColumnState, NOTHING, type Selection, type Sort } from "./types";
import { useGridKeys } from "./useGridKeys";
import { useRowChoice } from "./useRowChoice";

export interface DataGridProps<Row> {
  /** What the list is, for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  /** Order, widths and hidden columns as the user has them. */
  columnState?: readonly ColumnState[];
  /** Absent: columns can't be resized, moved or hidden. */
  onColumns?: (state: ColumnState[]) => void;
  /** Rows in all; undefined until known. */
  total: number | undefined;
  /** The row, or undefined while it is being read. Keep its identity: rows are drawn again when it changes. */
  rows: (index: number) => Row | undefined;
  /** Tells which rows are on the screen. */
  onRange?: (start: number, end: number) => void;
  rowId: (row: Row) => string;
  /** Names a row, for screen readers. */
  rowLabel: (row: Row) => string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  selection?: Selection;
  /** Absent: nothing can be selected. */
  onSelection?: (selection: Selection) => void;
  /** Ids of rows that are not on the screen, for a range taken with Shift. */
  loadIds?: (start: number, end: number) => Promise<string[]>;
  /** The row with the focus; -1 for none. */
  active?: number;
  onActive?: (index: number, row: Row | undefined) => void;
  onOpen?: (row: Row, index: number) => void;
  /** Changes with the question the list answers; the list then goes back to its top. */
  listKey?: string;
  /** A name under which place and focus are kept while other screens are open. */
  memory?: string;
  /** Whether j, k, x, Enter act without the focus: for the one main list of a screen. */
  mainList?: boolean;
  /** Instead of rows when there are none. */
  empty?: ReactNode;
}

/** A long list, drawn only where it is seen: 100,000 rows scroll like 100. Height comes from its parent. */
export function DataGrid<Row>(p: DataGridProps<Row>) {
  const { density } = useLook();
  const height = rowHeight(density);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const total = p.total ?? 0;
  const placed = useMemo(() => place(p.columns, p.columnState), [p.columns, p.columnState]);
  const state = useMemo(() => completeState(p.columns, p.columnState), [p.columns, p.columnState]);
  const width = placed.reduce((sum, one) => sum + one.width, p.onSelection ? CHECK_WIDTH : 0);
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
    scrollPaddingStart: height,
    initialOffset: recall(p.memory, p.listKey)?.offset ?? 0,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured anew when the density changes
  useLayoutEffect(() => virtual.measure(), [height]);
  const choice = useRowChoice(p, total, (index) => virtual.scrollToIndex(index, { align: "auto" }));
  const onKeyDown = useGridKeys({ ...choice, mainList: p.mainList ?? false, page: () => pageOf(scroller.current, height), total });
  useListPlace(p.listKey, p.memory, scroller, choice.active);
  const items = virtual.getVirtualItems();
  useReportRange(items[0]?.index, items.at(-1)?.index, p.onRange);
  const selection = p.selection ?? NOTHING;
  const count = countSelected(selection, total);
  const check = p.onSelection && {
    state: count === 0 ? ("none" as const) : count === total ? ("all" as const) : ("some" as const),
    toggle: () => p.onSelection?.(toggledAll(selection, total)),
  };
  const activeShown = items.some((item) => item.index === choice.active);
  const press = useCallback(
    (index: number, event: MouseEvent) => {
      if (event.ctrlKey || event.metaKey) choice.toggle(index, false);
      else if (event.shiftKey) choice.toggle(index, true);
      else choice.activate(index);
      scroller.current?.focus({ preventScroll: true });
    },
    [choice.toggle, choice.activate],
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed by the virtualiser, which a table can't do
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      className="lq-grid"
      aria-label={p.label}
      aria-rowcount={p.total === undefined ? -1 : total + 1}
      aria-multiselectable={p.onSelection ? true : undefined}
      aria-activedescendant={activeShown ? `${id}-${choice.active}` : undefined}
      aria-busy={p.total === undefined || undefined}
      onKeyDown={onKeyDown}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="rowgroup" className="lq-grid-top" style={{ minWidth: width }}>
        <GridHeader placed={placed} state={state} sort={p.sort} check={check} onSort={p.onSort} onColumns={p.onColumns} />
      </div>
      {total > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div role="rowgroup" className="lq-grid-body" style={{ height: virtual.getTotalSize(), minWidth: width }}>
          {items.map((item) => {
            const row = p.rows(item.index);
            return (
              <GridRow
                key={item.key}
                id={`${id}-${item.index}`}
                index={item.index}
                top={item.start}
                height={height}
                row={row}
                label={row === undefined ? "" : p.rowLabel(row)}
                placed={placed}
                active={item.index === choice.active}
                selected={p.onSelection ? row !== undefined && isSelected(selection, p.rowId(row)) : undefined}
                onPress={press}
                onCheck={choice.check}
                onOpen={p.onOpen ? choice.open : undefined}
              />
            );
          })}
        </div>
      )}
      {p.total === 0 && <div className="lq-grid-empty">{p.empty}</div>}
    </div>
  );
}

const pageOf = (scroller: HTMLElement | null, height: number): number =>
  Math.max(1, Math.floor((scroller?.clientHeight ?? 0) / height) - 2);

function useReportRange(start: number | undefined, end: number | undefined, onRange: DataGridProps<never>["onRange"]): void {
  useEffect(() => {
    if (start !== undefined && end !== undefined) onRange?.(start, end);
  }, [start, end, onRange]);
}

/** Back to the top for a new question; the place is kept when the list goes away. */
function useListPlace(
  listKey: string | undefined,
  memory: string | undefined,
  scroller: { current: HTMLElement | null },
  active: number,
): void {
  const known = useRef(listKey);
  const at = useRef(active);
  at.current = active;
  useEffect(() => {
    if (known.current === listKey) return;
    known.current = listKey;
    scroller.current?.scrollTo({ top: 0 });
  }, [listKey, scroller]);
  useEffect(() => {
    const element = scroller.current;
    if (!element || !memory) return;
    let offset = element.scrollTop;
    const keep = (): void => {
      offset = element.scrollTop;
    };
    element.addEventListener("scroll", keep, { passive: true });
    return () => {
      element.removeEventListener("scroll", keep);
      remember(memory, { listKey: known.current, offset, active: at.current });
    };
  }, [memory, scroller]);
}
