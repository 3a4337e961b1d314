import { Button, Select } from "antd";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuditRow } from "../../ipc/contract";
import { useColleagues } from "../../ipc/records";
import { DateField } from "../../kit/dates/DateField";
import { formatDay } from "../../kit/format/dates";
import { ALL, type Filter, isNarrow } from "./filter";
import { RecordField } from "./RecordField";
import { ACTIONS, short, useAuditWords } from "./words";

interface FilterRowProps {
  filter: Filter;
  /** Entries that are there: they name records and devices. */
  rows: readonly AuditRow[];
  onChange: (part: Partial<Filter>) => void;
}

/** What narrows the list. All of it holds at once. */
export function FilterRow({ filter, rows, onChange }: FilterRowProps) {
  const { t } = useTranslation();
  const words = useAuditWords();
  const today = formatDay(Date.now());
  const people = useColleagues().map((one) => ({ value: one.id, label: one.name }));
  const deeds = ACTIONS.map((value) => ({ value: value as string, label: words.action(value) }));
  const day = (part: "from" | "to") => (
    <DateField
      value={filter[part]}
      onChange={(typed) => onChange({ [part]: typed })}
      today={today}
      placeholder={t(`audits.${part}`)}
      aria-label={t(`audits.${part}`)}
    />
  );
  return (
    <div className="lq-audits-filter">
      <Choice
        label={t("audits.user")}
        any={t("audits.anybody")}
        value={filter.user}
        options={people}
        onChange={(user) => onChange({ user })}
      />
      <Choice
        label={t("audits.action")}
        any={t("audits.any_action")}
        value={filter.action}
        options={deeds}
        onChange={(action) => onChange({ action })}
      />
      <RecordField
        value={filter.record}
        name={rows.find((row) => row.record === filter.record)?.record_name ?? ""}
        onChange={(record) => onChange({ record })}
      />
      <Choice
        label={t("audits.device")}
        any={t("audits.any_device")}
        value={filter.device}
        options={devicesOf(rows)}
        onChange={(device) => onChange({ device })}
        byId
      />
      <div className="lq-audits-days">
        {day("from")}
        <span aria-hidden>–</span>
        {day("to")}
      </div>
      {isNarrow(filter) && (
        <Button type="link" size="small" onClick={() => onChange(ALL)}>
          {t("audits.clear")}
        </Button>
      )}
    </div>
  );
}

interface Option {
  value: string;
  label: string;
}

/** Each device of these entries once. */
function devicesOf(rows: readonly AuditRow[]): Option[] {
  const names = new Map<string, string>();
  for (const { device, device_name } of rows) if (device) names.set(device, device_name || short(device));
  return [...names].map(([value, label]) => ({ value, label }));
}

const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

interface ChoiceProps {
  label: string;
  /** What stands there while nothing is chosen. */
  any: string;
  value: string;
  options: readonly Option[];
  /** What is typed may be an id that no option has. */
  byId?: boolean;
  onChange: (value: string) => void;
}

/** One of several, or all of them. What was chosen stays a choice when the list does not name it any more. */
function Choice(p: ChoiceProps) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const extra = [p.value, p.byId && ID.test(typed.trim()) ? typed.trim().toLowerCase() : ""].filter(
    (value) => value !== "" && !p.options.some((one) => one.value === value),
  );
  const options = [...p.options, ...[...new Set(extra)].map((value) => ({ value, label: value }))];
  return (
    <Select
      id={id}
      className="lq-audits-choice"
      aria-label={p.label}
      placeholder={p.any}
      value={p.value || null}
      options={options}
      showSearch={{ optionFilterProp: "label", onSearch: setTyped }}
      allowClear
      popupMatchSelectWidth={false}
      onChange={(value: string | undefined) => p.onChange(value ?? "")}
    />
  );
}
