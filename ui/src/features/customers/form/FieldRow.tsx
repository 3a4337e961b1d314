import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { FieldView } from "../../../ipc/contract";
import { useErrorText } from "../../../kit/ErrorText";
import { useFieldWord, useShown } from "../words";
import { FieldInput } from "./FieldInput";
import type { CustomerFormState } from "./useCustomerForm";

export const inputId = (field: string): string => `lq-customer-${field}`;

/** A field of the form: name, input, and below it what is wrong or worth knowing. */
export function FieldRow({ view, form }: { view: FieldView; form: CustomerFormState }) {
  const { t } = useTranslation();
  const word = useFieldWord();
  const errorText = useErrorText();
  const { field } = view;
  const problem = form.problems.find((one) => one.field === field);
  const id = inputId(field);
  const label = word(field, form.kind);
  const required = field === "name";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only notices that the focus left the input within, there is nothing to press
    <div className={`lq-form-row lq-form-${view.shape}`} data-field={field} onBlur={() => form.leave(field)}>
      <label htmlFor={id}>
        {label}
        {required && (
          <span className="lq-form-required" title={t("common.required")} aria-hidden>
            *
          </span>
        )}
      </label>
      <div className="lq-form-control">
        <FieldInput view={view} form={form} id={id} label={label} described={`${id}-note`} wrong={problem !== undefined} />
        <div id={`${id}-note`} className="lq-form-note">
          {problem ? <span className="lq-form-problem">{errorText(problem)}</span> : <Note view={view} form={form} />}
        </div>
      </div>
    </div>
  );
}

/** What is worth knowing about a field that has no problem. */
function Note({ view, form }: { view: FieldView; form: CustomerFormState }) {
  const { t } = useTranslation();
  const shown = useShown();
  const { field } = view;
  const before = form.start.values[field];
  if (form.isDerived(field)) return <>{t("customers.form_derived")}</>;
  if (field === "birth_date" && form.check.age !== null) return <>{t("customers.age", { count: form.check.age })}</>;
  if (field === "document_number" && form.check.area_retired) return <>{t("customers.area_retired")}</>;
  if (view.access === "masked" && before) return <MaskedNote view={view} form={form} before={shown(field, before)} />;
  if (view.shape === "phones") return <>{t("customers.form_phones_hint")}</>;
  if (view.shape === "expiry") return <>{t("customers.form_expiry_hint")}</>;
  return null;
}

/** A masked field keeps its value until something else is typed, or until it is emptied on purpose. */
function MaskedNote({ view, form, before }: { view: FieldView; form: CustomerFormState; before: string }) {
  const { t } = useTranslation();
  const typed = form.typed[view.field];
  if (typed === "")
    return (
      <>
        {t("customers.form_cleared")}
        <Button type="link" size="small" onClick={() => form.reset(view.field)}>
          {t("customers.form_keep")}
        </Button>
      </>
    );
  if (typed !== undefined) return null;
  return (
    <>
      {t("customers.form_masked", { value: before })}
      <Button type="link" size="small" onClick={() => form.set(view.field, "")}>
        {t("customers.form_clear")}
      </Button>
    </>
  );
}
