import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { CircleX, Info, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { DuplicateView } from "../../../ipc/contract";
import { ErrorText, useErrorText } from "../../../kit/ErrorText";
import { useFieldWord } from "../words";
import { focusField } from "./focus";
import type { CustomerFormState } from "./useCustomerForm";

/** Above the fields: a draft that came back, what is wrong, and customers that are the same. */
export function Notices({ form, onReload }: { form: CustomerFormState; onReload?: () => void }) {
  const { t } = useTranslation();
  const { error } = form;
  return (
    <div aria-live="polite">
      {form.restored && (
        <div className="lq-form-notice lq-form-notice-info">
          <Info size={16} aria-hidden />
          <div>{t("customers.draft_found")}</div>
          <Button size="small" onClick={form.discard}>
            {t("customers.draft_drop")}
          </Button>
        </div>
      )}
      {error && (
        <div className="lq-form-notice lq-form-notice-danger">
          <CircleX size={16} aria-hidden />
          <div>{error.code === "revision_old" ? t("customers.form_old") : <ErrorText error={error} withCode />}</div>
          {error.code === "revision_old" && onReload && (
            <Button size="small" onClick={onReload}>
              {t("customers.form_reload")}
            </Button>
          )}
        </div>
      )}
      {form.problems.length > 0 && <Problems form={form} />}
      {form.check.duplicates.length > 0 && <Duplicates duplicates={form.check.duplicates} kind={form.kind} />}
    </div>
  );
}

/** What is wrong, as links to the fields. */
function Problems({ form }: { form: CustomerFormState }) {
  const { t } = useTranslation();
  const word = useFieldWord();
  const errorText = useErrorText();
  return (
    <section className="lq-form-notice lq-form-notice-danger" aria-label={t("customers.form_problems", { count: form.problems.length })}>
      <CircleX size={16} aria-hidden />
      <div>
        <strong>{t("customers.form_problems", { count: form.problems.length })}</strong>
        <ul>
          {form.problems.map((problem) => (
            <li key={problem.field}>
              <button type="button" className="lq-form-link" onClick={() => focusField(problem.field)}>
                {word(problem.field, form.kind)}
              </button>{" "}
              {errorText(problem)}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

/** Customers that are, or may be, the one being typed. */
function Duplicates({ duplicates, kind }: { duplicates: readonly DuplicateView[]; kind: string }) {
  const { t } = useTranslation();
  const word = useFieldWord();
  const blocks = duplicates.some((one) => one.blocks);
  const title = t(blocks ? "customers.duplicate_blocks" : "customers.duplicate_hint");
  return (
    <section className={`lq-form-notice lq-form-notice-${blocks ? "danger" : "warning"}`} aria-label={title}>
      <TriangleAlert size={16} aria-hidden />
      <div>
        <strong>{title}</strong>
        <ul>
          {duplicates.map((one) => (
            <li key={`${one.id} ${one.field}`}>
              <Link to={`/customers/${one.id}`}>{one.name}</Link>{" "}
              {one.field === "name" ? t("customers.duplicate_name") : t("customers.duplicate_same", { field: word(one.field, kind) })}
              {one.owner && ` · ${t("customers.duplicate_owner", { name: one.owner })}`}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
