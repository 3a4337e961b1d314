import { type MouseEvent, memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Skeleton } from "../states";
import type { Placed } from "./columns";
import { CHECK_WIDTH } from "./types";

export interface GridRowProps<Row> {
  id: string;
  index: number;
  top: number;
  height: number;
  row: Row | undefined;
  label: string;
  placed: readonly Placed<Row>[];
  active: boolean;
  /** Undefined: nothing can be selected. */
  selected: boolean | undefined;
  onPress: (index: number, event: MouseEvent) => void;
  onCheck: (index: number, event: { shiftKey: boolean }) => void;
  onOpen: ((index: number) => void) | undefined;
}

function GridRowBase<Row>(p: GridRowProps<Row>) {
  const { t } = useTranslation();
  const { row } = p;
  const state = `${p.active ? " lq-grid-active" : ""}${p.selected ? " lq-grid-selected" : ""}${p.index % 2 ? "" : " lq-grid-even"}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed by the virtualiser, which a table can't do
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys, for all rows
    <div
      role="row"
      tabIndex={-1}
      id={p.id}
      aria-rowindex={p.index + 2}
      aria-selected={p.selected}
      aria-busy={row === undefined || undefined}
      className={`lq-grid-row${state}`}
      style={{ transform: `translateY(${p.top}px)`, height: p.height }}
      onClick={(event) => p.onPress(p.index, event)}
      onDoubleClick={() => p.onOpen?.(p.index)}
    >
      {p.selected !== undefined && (
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div role="gridcell" className="lq-grid-check" style={{ width: CHECK_WIDTH }} tabIndex={-1}>
          <input
            type="checkbox"
            tabIndex={-1}
            disabled={row === undefined}
            aria-label={t("grid.select_row", { name: p.label })}
            checked={p.selected}
            onClick={(event) => {
              event.stopPropagation();
              p.onCheck(p.index, event);
            }}
            onDoubleClick={(event) => event.stopPropagation()}
            // Selection follows from the click, which also tells about Shift.
            onChange={noop}
          />
        </div>
      )}
      {p.placed.map(({ column, width }) => (
        // biome-ignore lint/a11y/useSemanticElements: see above
        <div role="gridcell" key={column.id} className={`lq-grid-td lq-grid-${column.align ?? "start"}`} style={{ width }} tabIndex={-1}>
          {row === undefined ? (
            <Skeleton width={`${45 + ((p.index * 7 + width) % 40)}%`} />
          ) : (
            cell(column.render(row), column.opens ? () => p.onOpen?.(p.index) : undefined)
          )}
        </div>
      ))}
    </div>
  );
}

const noop = (): void => undefined;

function cell(content: ReactNode, open: (() => void) | undefined): ReactNode {
  if (!open) return <span className="lq-grid-text">{content}</span>;
  return (
    <button
      type="button"
      tabIndex={-1}
      className="lq-grid-open"
      onClick={(event) => {
        event.stopPropagation();
        open();
      }}
    >
      {content}
    </button>
  );
}

/** One row, drawn again only when something about it changed. */
export const GridRow = memo(GridRowBase) as typeof GridRowBase;
