import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { FieldView } from "../../../ipc/contract";
import { useBranches, useColleagues, useTags } from "../../../ipc/records";
import { DateField } from "../../../kit/dates/DateField";
import { MoneyField } from "../../../kit/MoneyField";
import { DivisionField } from "../DivisionField";
import { today, useChoiceWord } from "../words";
import type { CustomerFormState } from "./useCustomerForm";

interface FieldInputProps {
  view: FieldView;
  form: CustomerFormState;
  id: string;
  label: string;
  described: string;
  wrong: boolean;
}

/** The input that fits the shape of a field. */
export function FieldInput(p: FieldInputProps) {
  const { t } = useTranslation();
  const { view, form } = p;
  const { field } = view;
  const masked = view.access === "masked" && form.start.values[field] !== undefined;
  const value = masked ? (form.typed[field] ?? "") : form.valueOf(field);
  const change = (next: string): void => (masked && next === "" ? form.reset(field) : form.set(field, next));
  const status = p.wrong ? ("error" as const) : ("" as const);
  const aria = { id: p.id, "aria-describedby": p.described, "aria-invalid": p.wrong };
  const common = { ...aria, value, status };
  const wrongStatus = p.wrong && { status: "error" as const };
  switch (view.shape) {
    case "choice":
    case "user":
    case "branch":
    case "tags":
      return <ChoiceInput {...p} value={value} onChange={change} />;
    case "date":
      return (
        <DateField
          id={p.id}
          aria-describedby={p.described}
          value={value}
          onChange={change}
          today={today()}
          placeholder={t("customers.form_day_hint")}
          {...wrongStatus}
        />
      );
    case "money":
      return <MoneyField id={p.id} aria-describedby={p.described} value={value} onChange={change} {...wrongStatus} />;
    case "division":
      return (
        <DivisionField id={p.id} aria-describedby={p.described} aria-label={p.label} value={value} onChange={change} status={status} />
      );
    case "text":
      return <Input.TextArea {...common} rows={5} onChange={(event) => change(event.target.value)} />;
    default:
      return (
        <Input
          {...common}
          aria-required={field === "name"}
          autoComplete="off"
          placeholder={masked ? form.start.values[field] : ""}
          inputMode={view.shape === "mobile" ? "tel" : view.shape === "email" ? "email" : "text"}
          onChange={(event) => change(event.target.value)}
        />
      );
  }
}

interface ChoiceInputProps extends FieldInputProps {
  value: string;
  onChange: (value: string) => void;
}

/** A choice among words, people, branches or tags. */
function ChoiceInput(p: ChoiceInputProps) {
  const { t } = useTranslation();
  const word = useChoiceWord();
  const options = useOptions(p.view);
  const many = p.view.shape === "tags";
  const chosen = many ? p.value.split(" ").filter(Boolean) : p.value || null;
  return (
    <Select<string | string[] | null>
      id={p.id}
      aria-label={p.label}
      aria-describedby={p.described}
      className="lq-customers-wide"
      {...(many && { mode: "multiple" as const })}
      allowClear
      status={p.wrong ? "error" : ""}
      placeholder={p.view.field === "document_type" ? word("document_type", usualDocument(p.form.kind)) : t("customers.filter_choose")}
      value={chosen}
      options={options}
      showSearch={{ optionFilterProp: "label" }}
      onChange={(next) => p.onChange(Array.isArray(next) ? next.join(" ") : (next ?? ""))}
    />
  );
}

/** What a document number is taken for when nobody says otherwise. */
const usualDocument = (kind: string): string => (kind === "corporate" ? "business_licence" : "resident_id");

function useOptions(view: FieldView): { value: string; label: string }[] {
  const word = useChoiceWord();
  const tags = useTags();
  const users = useColleagues();
  const branches = useBranches();
  if (view.shape === "choice") return view.choices.map((value) => ({ value, label: word(view.field, value) }));
  const list = view.shape === "tags" ? tags : view.shape === "user" ? users : branches;
  return list.map(({ id, name }) => ({ value: id, label: name }));
}
