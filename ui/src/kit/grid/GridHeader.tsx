import { ArrowDown, ArrowUp } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { hidden, moved, nudged, type Placed, resized } from "./columns";
import { CHECK_WIDTH, type ColumnState, type Sort } from "./types";

interface GridHeaderProps<Row> {
  placed: readonly Placed<Row>[];
  state: readonly ColumnState[];
  sort: Sort | undefined;
  /** Absent: nothing can be selected. */
  check?: { state: "none" | "some" | "all"; toggle: () => void } | undefined;
  onSort: ((sort: Sort) => void) | undefined;
  onColumns: ((state: ColumnState[]) => void) | undefined;
}

/** The header row. One stop of Tab; arrows walk over the columns, with Alt they move one, with Shift they resize one. */
export function GridHeader<Row>(p: GridHeaderProps<Row>) {
  const { t } = useTranslation();
  const [at, setAt] = useState(0);
  const cells = useRef(new Map<string, HTMLButtonElement>());
  const focus = (index: number): void => {
    const to = Math.max(0, Math.min(p.placed.length - 1, index));
    setAt(to);
    cells.current.get(p.placed[to]?.column.id ?? "")?.focus();
  };
  const onKeyDown = (event: KeyboardEvent, index: number): void => {
    const one = p.placed[index];
    if (!one || event.ctrlKey || event.metaKey) return;
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (by !== 0 && event.altKey) p.onColumns?.(nudged(p.state, one.column.id, by));
    else if (by !== 0 && event.shiftKey) p.onColumns?.(resized(p.state, one.column.id, one.width + by * 16));
    else if (by !== 0) focus(index + by);
    else if (event.key === "Delete" && !one.column.fixed) p.onColumns?.(hidden(p.state, one.column.id, true));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed by the virtualiser, which a table can't do
    <div role="row" aria-rowindex={1} className="lq-grid-row lq-grid-head" tabIndex={-1}>
      {p.check && <CheckAll {...p.check} />}
      {p.placed.map((one, index) => (
        <HeaderCell
          key={one.column.id}
          placed={one}
          sort={p.sort?.by === one.column.id ? p.sort : undefined}
          stop={index === Math.min(at, p.placed.length - 1)}
          hint={p.onColumns ? t("grid.header_keys") : undefined}
          onFocus={() => setAt(index)}
          onKeyDown={(event) => onKeyDown(event, index)}
          onSort={p.onSort}
          onResize={p.onColumns && ((width) => p.onColumns?.(resized(p.state, one.column.id, width)))}
          onDrop={p.onColumns && ((id) => p.onColumns?.(moved(p.state, id, one.column.id)))}
          keep={(cell) => {
            if (cell) cells.current.set(one.column.id, cell);
            else cells.current.delete(one.column.id);
          }}
        />
      ))}
    </div>
  );
}

function CheckAll(p: { state: "none" | "some" | "all"; toggle: () => void }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/useSemanticElements: see GridHeader
    <div role="columnheader" className="lq-grid-check" style={{ width: CHECK_WIDTH }} tabIndex={-1}>
      <input
        type="checkbox"
        aria-label={t("grid.select_all")}
        checked={p.state === "all"}
        ref={(box) => {
          if (box) box.indeterminate = p.state === "some";
        }}
        onChange={p.toggle}
      />
    </div>
  );
}

interface HeaderCellProps<Row> {
  placed: Placed<Row>;
  sort: Sort | undefined;
  stop: boolean;
  hint: string | undefined;
  onFocus: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onSort: ((sort: Sort) => void) | undefined;
  onResize: ((width: number) => void) | undefined;
  onDrop: ((id: string) => void) | undefined;
  keep: (cell: HTMLButtonElement | null) => void;
}

const DRAG_TYPE = "application/x-lq-column";

function HeaderCell<Row>(p: HeaderCellProps<Row>) {
  const { column, width } = p.placed;
  const sortable = column.sortable && p.onSort;
  const order = p.sort ? (p.sort.descending ? "descending" : "ascending") : "none";
  return (
    // biome-ignore lint/a11y/useSemanticElements: see GridHeader
    <div
      role="columnheader"
      tabIndex={-1}
      aria-sort={sortable ? order : undefined}
      className={`lq-grid-th lq-grid-${column.align ?? "start"}`}
      style={{ width }}
      onDragOver={(event) => event.dataTransfer.types.includes(DRAG_TYPE) && event.preventDefault()}
      onDrop={(event) => p.onDrop?.(event.dataTransfer.getData(DRAG_TYPE))}
    >
      <button
        type="button"
        ref={p.keep}
        tabIndex={p.stop ? 0 : -1}
        title={p.hint}
        draggable={p.onDrop !== undefined}
        onDragStart={(event) => event.dataTransfer.setData(DRAG_TYPE, column.id)}
        onFocus={p.onFocus}
        onKeyDown={p.onKeyDown}
        onClick={() => sortable && p.onSort?.({ by: column.id, descending: order === "ascending" })}
      >
        <span>{column.title}</span>
        {order === "ascending" && <ArrowUp size={12} aria-hidden />}
        {order === "descending" && <ArrowDown size={12} aria-hidden />}
      </button>
      {p.onResize && <Resizer width={width} onResize={p.onResize} />}
    </div>
  );
}

/** The edge of a column. Only for the pointer: keys resize from the header itself. */
function Resizer(p: { width: number; onResize: (width: number) => void }) {
  const from = useRef<{ x: number; width: number } | null>(null);
  const begin = (event: PointerEvent<HTMLSpanElement>): void => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width: p.width };
  };
  const move = (event: PointerEvent): void => {
    if (from.current) p.onResize(from.current.width + event.clientX - from.current.x);
  };
  const end = (): void => {
    from.current = null;
  };
  return (
    <span className="lq-grid-resizer" aria-hidden onPointerDown={begin} onPointerMove={move} onPointerUp={end} onPointerCancel={end} />
  );
}
