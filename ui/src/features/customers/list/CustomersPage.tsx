import "../customers.css";
import { Button } from "antd";
import { Columns3, Plus, Upload } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../../ipc/backend";
import { call } from "../../../ipc/call";
import type { CustomerRow } from "../../../ipc/contract";
import { useMay } from "../../../ipc/queries";
import { formatCount } from "../../../kit/format/number";
import { DataGrid } from "../../../kit/grid/DataGrid";
import { countSelected } from "../../../kit/grid/selection";
import { useWindow } from "../../../kit/grid/useWindow";
import { KeyTip, useAriaKeys } from "../../../kit/keys/Keys";
import { useGo } from "../../../kit/navigation";
import { Page } from "../../../kit/Page";
import { SearchBox } from "../../../kit/SearchBox";
import { ErrorState } from "../../../kit/states";
import { BulkBar } from "./BulkBar";
import { ColumnsDialog } from "./ColumnsDialog";
import { useColumns } from "./columns";
import { FilterBar } from "./FilterBar";
import { type Asked, ListDialogs } from "./ListDialogs";
import { NoRows } from "./NoRows";
import { questionOf } from "./question";
import { ask, setColumns, setSort, sortOf, useList } from "./state";
import { useListActions } from "./useListActions";
import { useListOfAddress } from "./useListOfAddress";
import { ViewMenu } from "./ViewMenu";

const loadIds = async (start: number, end: number): Promise<string[]> => {
  const { query } = useList.getState();
  const ids: string[] = [];
  for (let offset = start; offset <= end; offset += 500) {
    const { rows } = await call("customers_page", { query, columns: [], offset, limit: Math.min(500, end - offset + 1) });
    ids.push(...rows.map((row) => row.id));
  }
  return ids;
};

/** All customers: find, filter, order, select. */
export default function CustomersPage() {
  const { t } = useTranslation();
  const go = useGo();
  useListOfAddress();
  const query = useList((state) => state.query);
  const columnState = useList((state) => state.columns);
  const selection = useList((state) => state.selection);
  const columns = useColumns();
  const question = useMemo(() => questionOf({ query, columns: columnState }), [query, columnState]);
  const { error, retry, fetching: _, ...rows } = useWindow(question);
  const [asked, setAsked] = useState<Asked>(null);
  const [choosing, setChoosing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const total = rows.total ?? 0;
  const actions = useListActions({ total, opener, onAsk: setAsked, onColumns: () => setChoosing(true) });
  const open = useCallback(
    (row: CustomerRow, index: number) => {
      useList.setState({ active: row.id, at: index });
      go(`/customers/${row.id}`);
    },
    [go],
  );
  const filtered = query.text.trim() !== "" || query.filters.length > 0;
  const count = { count: total, shown: formatCount(total) };
  return (
    <Page
      title={t("customers.title")}
      layout="fill"
      aside={
        <>
          <ViewMenu />
          {rows.total !== undefined && <span role="status">{filtered ? t("customers.matching", count) : t("customers.total", count)}</span>}
        </>
      }
      actions={<ListActions onColumns={() => setChoosing(true)} />}
      toolbar={
        <>
          <SearchBox
            action="customers.search"
            placeholder="customers.search"
            width={330}
            value={query.text}
            onChange={(text) => ask({ text })}
            onEnter={() => grid.current?.querySelector<HTMLElement>("[role=grid]")?.focus()}
          />
          <FilterBar opener={opener} />
        </>
      }
    >
      <BulkBar total={total} onTag={actions.tag} onExport={actions.exportThem} onDelete={actions.remove} />
      {error ? (
        <ErrorState error={asApiError(error)} onRetry={retry} />
      ) : (
        <div className="lq-customers-grid" ref={grid}>
          <DataGrid<CustomerRow>
            {...rows}
            label={t("customers.list_label")}
            columns={columns}
            columnState={columnState}
            onColumns={setColumns}
            rowId={(row) => row.id}
            rowLabel={(row) => row.values.name ?? ""}
            sort={sortOf(query)}
            onSort={setSort}
            selection={selection}
            onSelection={(next) => useList.setState({ selection: next })}
            loadIds={loadIds}
            onActive={(at, row) => useList.setState({ active: row?.id ?? null, at })}
            onOpen={open}
            listKey={JSON.stringify(query)}
            memory="customers"
            mainList
            empty={<NoRows filtered={filtered} />}
          />
        </div>
      )}
      <ListDialogs asked={asked} onClose={() => setAsked(null)} count={asked?.ids?.length ?? countSelected(selection, total)} />
      <ColumnsDialog open={choosing} onClose={() => setChoosing(false)} />
    </Page>
  );
}

function ListActions(p: { onColumns: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const go = useGo();
  const keys = useAriaKeys("customers.new");
  return (
    <>
      <Button icon={<Columns3 size={14} aria-hidden />} onClick={p.onColumns}>
        {t("customers.columns")}
      </Button>
      {may("customers_import") && (
        <Button icon={<Upload size={14} aria-hidden />} onClick={() => go("/imports")}>
          {t("customers.import")}
        </Button>
      )}
      {may("customers_create") && (
        <KeyTip title={t("customers.new")} action="customers.new">
          <Button type="primary" icon={<Plus size={14} aria-hidden />} aria-keyshortcuts={keys} onClick={() => go("/customers/new")}>
            {t("customers.new")}
          </Button>
        </KeyTip>
      )}
    </>
  );
}
