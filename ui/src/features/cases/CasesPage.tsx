import "./cases.css";
import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { FileSearch } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import type { CaseView } from "../../ipc/contract";
import { useSession } from "../../ipc/queries";
import { DataGrid } from "../../kit/grid/DataGrid";
import { useAddress, useGo } from "../../kit/navigation";
import { Page } from "../../kit/Page";
import { Empty, ErrorState } from "../../kit/states";
import { CaseDialog } from "./CaseDialog";
import { casesQuery } from "./queries";
import { useColumns } from "./useColumns";

const FILTERS = ["all", "open", "concluded"] as const;
type Filter = (typeof FILTERS)[number];

const fits = (one: CaseView, filter: Filter): boolean => filter === "all" || (filter === "open") === (one.state === "open");

/** The cases that this device has, those that are open first. */
export default function CasesPage() {
  const { t } = useTranslation();
  const joined = useSession()?.joined ?? false;
  const { data: cases, error, refetch } = useQuery(casesQuery);
  const [filter, setFilter] = useFilter();
  const [opened, setOpened] = useState<CaseView | null>(null);
  const [active, setActive] = useState<string | null>(null);
  const shown = useMemo(() => cases?.filter((one) => fits(one, filter)), [cases, filter]);
  const columns = useColumns(joined);
  useCaseOfAddress(cases, (one, toEdit) => {
    setActive(one.id);
    if (toEdit) setOpened(one);
  });
  const some = cases !== undefined && cases.length > 0;
  return (
    <Page
      title={t("nav.cases")}
      layout="fill"
      aside={some && t("cases.total", { count: cases.length, open: cases.filter((one) => one.state === "open").length })}
      toolbar={some && <States value={filter} onChange={setFilter} />}
    >
      {error ? (
        <ErrorState error={asApiError(error)} onRetry={() => void refetch()} />
      ) : (
        <DataGrid
          label={t("nav.cases")}
          columns={columns}
          total={shown?.length}
          rows={(index) => shown?.[index]}
          rowId={(one) => one.id}
          rowLabel={(one) => one.name}
          // A case that was changed moves to another place, and keeps the focus there.
          active={Math.max(0, shown?.findIndex((one) => one.id === active) ?? 0)}
          onActive={(_index, one) => setActive(one?.id ?? null)}
          onOpen={(one) => {
            setActive(one.id);
            setOpened(one);
          }}
          listKey={filter}
          mainList
          empty={some ? <NoneOf filter={filter} onAll={() => setFilter("all")} /> : <NoCases />}
        />
      )}
      <CaseDialog opened={opened} onClose={() => setOpened(null)} />
    </Page>
  );
}

function States(p: { value: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <Segmented
      id={id}
      name={`${id}-filter`}
      aria-label={t("cases.filter")}
      value={p.value}
      options={FILTERS.map((value) => ({ value, label: t(`cases.filter_${value}`) }))}
      onChange={p.onChange}
    />
  );
}

function NoCases() {
  const { t } = useTranslation();
  const go = useGo();
  return (
    <Empty
      icon={FileSearch}
      title={t("cases.empty_title")}
      text={t("cases.empty_text")}
      actions={<Button onClick={() => go("/customers")}>{t("cases.to_customers")}</Button>}
    />
  );
}

function NoneOf(p: { filter: Filter; onAll: () => void }) {
  const { t } = useTranslation();
  return (
    <Empty
      icon={FileSearch}
      title={p.filter === "open" ? t("cases.none_open") : t("cases.none_concluded")}
      actions={<Button onClick={p.onAll}>{t("cases.show_all")}</Button>}
    />
  );
}

/** The filter, kept in the address so that it is there again when one comes back. */
function useFilter(): [Filter, (filter: Filter) => void] {
  const [{ state }, setAddress] = useAddress<{ state?: unknown }>();
  const filter = FILTERS.find((one) => one === state) ?? "all";
  return [filter, (next) => setAddress(next === "all" ? {} : { state: next })];
}

/**
 * Another screen may ask for a customer's case through the address, `?name=`, and with `edit` for its dialog: of several for the one
 * that the server did not take. Answered once.
 */
function useCaseOfAddress(cases: readonly CaseView[] | undefined, onAsked: (one: CaseView, toEdit: boolean) => void): void {
  const [{ name, edit }, setAddress] = useAddress<{ name?: unknown; edit?: unknown }>();
  const latest = useRef(onAsked);
  latest.current = onAsked;
  useEffect(() => {
    if (name === undefined || !cases) return;
    // A name of digits that was typed into the address is read as a number.
    const named = cases.filter((one) => one.name === String(name));
    const found = named.find((one) => one.sync === "refused") ?? named[0];
    if (found) latest.current(found, edit === true);
    setAddress({});
  }, [name, edit, cases, setAddress]);
}
