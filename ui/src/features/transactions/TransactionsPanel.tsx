import "./transactions.css";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import type { AccountView } from "../../ipc/contract";
import { accountsQuery } from "../../ipc/records";
import { formatTime } from "../../kit/format/dates";
import { DataGrid } from "../../kit/grid/DataGrid";
import { pageQuery, useWindow } from "../../kit/grid/useWindow";
import { rowHeight, useLook } from "../../kit/look";
import { Section } from "../../kit/Page";
import type { PanelProps } from "../../kit/panels";
import { Empty, ErrorState } from "../../kit/states";
import { useWidth } from "../../kit/useWidth";
import { FilterRow } from "./FilterRow";
import { ALL, isNarrow, queryOf } from "./filter";
import { questionOf } from "./question";
import { Totals } from "./Totals";
import { useColumns, useSigned } from "./useColumns";
import { useFilter } from "./useFilter";

/** What was booked on a customer's accounts, newest first. Where there are no accounts nothing can have been booked. */
export default function TransactionsPanel({ id }: PanelProps) {
  const { t } = useTranslation();
  const holdings = useQuery(accountsQuery(id)).data;
  const box = useRef<HTMLDivElement>(null);
  if (holdings?.accounts.length === 0) return null;
  const as_of = holdings?.as_of ?? null;
  return (
    <div ref={box}>
      <Section
        title={t("transactions.panel")}
        aside={as_of !== null && <p className="lq-note">{t("transactions.as_of", { time: formatTime(as_of) })}</p>}
      >
        <Transactions customer={id} accounts={holdings?.accounts ?? NONE} box={box} />
      </Section>
    </div>
  );
}

const NONE: readonly AccountView[] = [];

interface TransactionsProps {
  customer: string;
  accounts: readonly AccountView[];
  box: { current: HTMLDivElement | null };
}

function Transactions({ customer, accounts, box }: TransactionsProps) {
  const { t } = useTranslation();
  const [filter, change] = useFilter();
  useShowOnChoice(filter.account, box);
  const query = queryOf(customer, filter);
  const question = questionOf(query);
  const { error, retry, fetching: _, ...rows } = useWindow(question);
  const first = useQuery({ ...pageQuery(question, 0), placeholderData: keepPreviousData }).data;
  const list = useRef<HTMLDivElement>(null);
  const columns = useColumns(useWidth(list));
  const signed = useSigned();
  const empty = isNarrow(filter) ? (
    <Empty title={t("transactions.no_match")} actions={<Button onClick={() => change(ALL)}>{t("transactions.clear")}</Button>} />
  ) : (
    <Empty title={t("transactions.empty")} />
  );
  return (
    <>
      <FilterRow
        filter={filter}
        accounts={accounts}
        onChange={change}
        onEnter={() => list.current?.querySelector<HTMLElement>("[role=grid]")?.focus()}
      />
      <Totals total={rows.total} turnover={first?.turnover ?? []} />
      <div ref={list} className="lq-transactions-list" style={{ height: useHeight(accounts) }}>
        {error ? (
          <ErrorState error={asApiError(error)} title={t("transactions.error_title")} onRetry={retry} />
        ) : (
          <DataGrid
            {...rows}
            label={t("transactions.panel")}
            columns={columns}
            rowId={(row) => `${row.account} ${row.reference}`}
            rowLabel={(row) => `${formatTime(row.at)} ${row.purpose || t("transactions.valuation")} ${signed(row)}`}
            listKey={JSON.stringify(query)}
            empty={empty}
          />
        )}
      </div>
    </>
  );
}

const LEAST_ROWS = 5;
const MOST_ROWS = 10;

/** Room for what there is without a filter, so that nothing below moves while one is typed. */
function useHeight(accounts: readonly AccountView[]): number {
  const { density } = useLook();
  const count = accounts.reduce((sum, account) => sum + account.transactions, 0);
  return (Math.max(LEAST_ROWS, Math.min(MOST_ROWS, count)) + 1) * rowHeight(density) + 2;
}

/** Brings the list into view when somebody chooses an account elsewhere on the page. */
function useShowOnChoice(account: string, box: { current: HTMLDivElement | null }): void {
  const was = useRef(account);
  useEffect(() => {
    if (was.current === account) return;
    was.current = account;
    if (account !== "") box.current?.scrollIntoView({ block: "nearest" });
  }, [account, box]);
}
