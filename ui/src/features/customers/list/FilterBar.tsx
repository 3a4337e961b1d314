import { Button } from "antd";
import { ListFilter, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerFilter } from "../../../ipc/contract";
import { useDivisionName } from "../../../ipc/records";
import { formatMoneyShort } from "../../../kit/format/money";
import { useAriaKeys } from "../../../kit/keys/Keys";
import { MenuButton } from "../../../kit/MenuButton";
import { syncKey } from "../../../kit/SyncPill";
import { useFieldWord, useShown } from "../words";
import { Drop } from "./Drop";
import { FilterEditor } from "./FilterEditor";
import { FILTERS, filterKey, kindOf, namedOf, type Range, rangeOf } from "./filters";
import { ask, setFilter, useList } from "./state";

/** The conditions that stand, and the button that adds one. */
export function FilterBar(p: { opener: { current: HTMLButtonElement | null } }) {
  const { t } = useTranslation();
  const word = useFieldWord();
  const filters = useList((state) => state.query.filters);
  const [editing, setEditing] = useState<string | null>(null);
  const keys = useAriaKeys("customers.filter");
  const standing = filters.map(filterKey);
  // A condition just chosen has a chip before it has an answer.
  const shown = editing && !standing.includes(editing) ? [...standing, editing] : standing;
  const items = FILTERS.filter((kind) => !standing.includes(kind.key)).map((kind) => ({
    key: kind.key,
    label: word(kind.field),
    onClick: () => setEditing(kind.key),
  }));
  return (
    <>
      <MenuButton items={items} align="start">
        {(trigger) => (
          <Button ref={p.opener} icon={<ListFilter size={14} aria-hidden />} aria-keyshortcuts={keys} {...trigger}>
            {t("customers.filter")}
          </Button>
        )}
      </MenuButton>
      {shown.map((key) => (
        <Chip
          key={key}
          filterKey={key}
          filter={filters.find((one) => filterKey(one) === key)}
          open={editing === key}
          onOpen={(open) => setEditing(open ? key : null)}
        />
      ))}
      {filters.length > 1 && (
        <Button type="link" size="small" onClick={() => ask({ filters: [] })}>
          {t("customers.clear_all")}
        </Button>
      )}
    </>
  );
}

interface ChipProps {
  filterKey: string;
  filter: CustomerFilter | undefined;
  open: boolean;
  onOpen: (open: boolean) => void;
}

function Chip(p: ChipProps) {
  const { t } = useTranslation();
  const word = useFieldWord();
  const kind = kindOf(p.filterKey);
  const name = kind ? word(kind.field) : t("customers.import_id");
  const { onOpen } = p;
  return (
    <span className="lq-customers-chip">
      <Drop
        label={name}
        open={p.open && kind !== undefined}
        onOpen={onOpen}
        trigger={(trigger) => (
          <button type="button" className="lq-customers-chip-open" {...trigger}>
            {name}
            {p.filter && kind && <Reading filter={p.filter} />}
          </button>
        )}
      >
        {kind && <FilterEditor kind={kind} filter={p.filter} onChange={(filter) => setFilter(p.filterKey, filter)} />}
      </Drop>
      <button
        type="button"
        className="lq-customers-chip-close"
        aria-label={t("customers.filter_remove", { name })}
        onClick={() => {
          onOpen(false);
          setFilter(p.filterKey, null);
        }}
      >
        <X size={12} aria-hidden />
      </button>
    </span>
  );
}

/** What a condition asks for, in a few words. */
function Reading({ filter }: { filter: CustomerFilter }) {
  const { t } = useTranslation();
  const shown = useShown();
  const division = useDivisionName(filter.kind === "division" ? filter.code : "");
  const named = namedOf(filter).map((one) => {
    if (filter.kind === "sync") return t(syncKey(one as "synced")) as string;
    return one === "" ? t("customers.filter_unset") : shown(filterKey(filter), one);
  });
  const range = rangeText(filter, rangeOf(filter), String(t("customers.filter_any")));
  const text = filter.kind === "division" ? division : range || named.join(String(t("common.list_comma")));
  return <span className="lq-customers-chip-value">{text}</span>;
}

function rangeText(filter: CustomerFilter, range: Range, any: string): string {
  if (filter.kind !== "between" && filter.kind !== "age") return "";
  const money = filter.kind === "between" && (filter.field === "income" || filter.field === "assets");
  const one = (value: string): string => (value === "" ? any : money ? formatMoneyShort(value) : value);
  return `${one(range.from)} – ${one(range.to)}`;
}
