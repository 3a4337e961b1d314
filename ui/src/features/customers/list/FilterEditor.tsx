import { Checkbox, InputNumber, Select } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerFilter } from "../../../ipc/contract";
import { useBranches, useColleagues, useFields, useTags } from "../../../ipc/records";
import { DateField } from "../../../kit/dates/DateField";
import { MoneyField } from "../../../kit/MoneyField";
import { syncKey } from "../../../kit/SyncPill";
import { DivisionField } from "../DivisionField";
import { today, useChoiceWord, useFieldWord } from "../words";
import { choicesOf, type FilterKind, namedFilter, namedOf, type Range, rangeFilter, rangeOf, SYNC_MARKS } from "./filters";

interface EditorProps {
  kind: FilterKind;
  filter: CustomerFilter | undefined;
  onChange: (filter: CustomerFilter | null) => void;
}

/** What a condition asks for, by its shape. It takes effect at once. */
export function FilterEditor(p: EditorProps) {
  const { shape } = p.kind;
  if (shape === "age" || shape === "money" || shape === "day") return <RangeEditor {...p} />;
  if (shape === "choices" || shape === "sync") return <ChoiceEditor {...p} />;
  if (shape === "division") return <DivisionEditor {...p} />;
  return <ListEditor {...p} />;
}

function ChoiceEditor(p: EditorProps) {
  const { t } = useTranslation();
  const word = useChoiceWord();
  const fields = useFields();
  const values = p.kind.shape === "sync" ? [...SYNC_MARKS] : choicesOf(fields, p.kind.field);
  const label = (value: string): string => {
    if (p.kind.shape === "sync") return t(syncKey(value as (typeof SYNC_MARKS)[number])) as string;
    return value === "" ? t("customers.filter_unset") : word(p.kind.field, value);
  };
  return (
    <Checkbox.Group
      className="lq-customers-choices"
      value={namedOf(p.filter)}
      options={values.map((value) => ({ value, label: label(value) }))}
      onChange={(named) => p.onChange(namedFilter(p.kind, named.map(String)))}
    />
  );
}

function ListEditor(p: EditorProps) {
  const { t } = useTranslation();
  const word = useFieldWord();
  const tags = useTags();
  const users = useColleagues();
  const branches = useBranches();
  const list = p.kind.shape === "tags" ? tags : p.kind.shape === "users" ? users : branches;
  return (
    <Select
      className="lq-customers-wide"
      mode="multiple"
      aria-label={word(p.kind.field)}
      placeholder={t("customers.filter_choose")}
      value={namedOf(p.filter)}
      options={list.map(({ id, name }) => ({ value: id, label: name }))}
      showSearch={{ optionFilterProp: "label" }}
      onChange={(named: string[]) => p.onChange(namedFilter(p.kind, named))}
    />
  );
}

function DivisionEditor(p: EditorProps) {
  const word = useFieldWord();
  return (
    <DivisionField
      aria-label={word("division")}
      value={namedOf(p.filter)[0] ?? ""}
      onChange={(code) => p.onChange(namedFilter(p.kind, code === "" ? [] : [code]))}
    />
  );
}

function RangeEditor(p: EditorProps) {
  const { t } = useTranslation();
  const id = useId();
  const range = rangeOf(p.filter);
  const day = p.kind.shape === "day";
  const set = (change: Partial<Range>): void => p.onChange(rangeFilter(p.kind, { ...range, ...change }));
  return (
    <div className="lq-customers-range">
      <label htmlFor={`${id}-from`}>{t(day ? "customers.filter_after" : "customers.filter_from")}</label>
      <Limit id={`${id}-from`} shape={p.kind.shape} value={range.from} onChange={(from) => set({ from })} />
      <label htmlFor={`${id}-to`}>{t(day ? "customers.filter_before" : "customers.filter_to")}</label>
      <Limit id={`${id}-to`} shape={p.kind.shape} value={range.to} onChange={(to) => set({ to })} />
    </div>
  );
}

/** One end of a range. What can't be read is no limit. */
function Limit(p: { id: string; shape: FilterKind["shape"]; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  if (p.shape === "money")
    return <MoneyField id={p.id} value={p.value} onChange={(value) => p.onChange(/^\d+$/.test(value) ? value : "")} />;
  if (p.shape === "day") {
    const keep = (value: string): void => p.onChange(/^\d{4}-\d\d-\d\d$/.test(value) ? value : "");
    return <DateField id={p.id} value={p.value} today={today()} onChange={keep} />;
  }
  return (
    <InputNumber
      id={p.id}
      min={0}
      max={150}
      precision={0}
      suffix={t("customers.filter_years")}
      value={p.value === "" ? null : Number(p.value)}
      onChange={(value) => p.onChange(value === null ? "" : String(value))}
    />
  );
}
