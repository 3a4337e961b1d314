import "../customers.css";
import { Button, Segmented } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFields } from "../../../ipc/records";
import { type Action, useActions } from "../../../kit/keys/actions";
import { KeyTip, useAriaKeys } from "../../../kit/keys/Keys";
import { useBack } from "../../../kit/navigation";
import { Page, Section } from "../../../kit/Page";
import { toast } from "../../../kit/toast";
import { useDeeds } from "../deeds";
import { useChoiceWord, useFieldWord } from "../words";
import { FieldRow } from "./FieldRow";
import { focusField } from "./focus";
import { GROUPS, KINDS } from "./groups";
import { LeaveDialog } from "./LeaveDialog";
import { Notices } from "./Notices";
import { fits } from "./typed";
import type { FormStart } from "./types";
import { useCustomerForm } from "./useCustomerForm";

interface CustomerFormProps {
  title: string;
  start: FormStart;
  /** Where Cancel leads when the window began here. */
  back: string;
  onSaved: (id: string) => void;
  onReload?: () => void;
}

/** The form of a customer: all fields in groups, only the name has to be given. */
export function CustomerForm(p: CustomerFormProps) {
  const { t } = useTranslation();
  const word = useFieldWord();
  const choice = useChoiceWord();
  const fields = useFields();
  const form = useCustomerForm(p.start);
  const { leaving, save } = useSaving(form, p.onSaved);
  const back = useBack(p.back);
  const keys = useAriaKeys("form.save");
  const ready = fields.length > 0;
  useEffect(() => {
    if (ready) focusField("name");
  }, [ready]);
  const actions = (
    <>
      <Button onClick={back}>{t("common.cancel")}</Button>
      <KeyTip title={t("customers.form_save")} action="form.save">
        <Button type="primary" loading={form.busy} aria-keyshortcuts={keys} onClick={save}>
          {t("customers.form_save")}
        </Button>
      </KeyTip>
    </>
  );
  return (
    <Page title={p.title} aside={p.start.id === null && t("customers.form_note")} actions={actions}>
      <div className="lq-form">
        <Notices form={form} {...(p.onReload && { onReload: p.onReload })} />
        <div className="lq-form-row">
          <span id="lq-customer-kind">{word("kind")}</span>
          <Segmented
            aria-labelledby="lq-customer-kind"
            value={form.kind}
            options={KINDS.map((value) => ({ value, label: choice("kind", value) }))}
            onChange={form.setKind}
          />
        </div>
        {GROUPS.map((group) => {
          const shown = group.fields.flatMap((field) =>
            fields.filter((view) => view.field === field && fits(view, form.kind) && mayType(view.access)),
          );
          if (shown.length === 0) return null;
          return (
            <Section key={group.titleKey} title={t(group.titleKey) as string}>
              <div className={shown.length > 1 ? "lq-form-grid" : ""}>
                {shown.map((view) => (
                  <FieldRow key={view.field} view={view} form={form} />
                ))}
              </div>
            </Section>
          );
        })}
      </div>
      <LeaveDialog form={form} leaving={leaving} />
    </Page>
  );
}

const mayType = (access: string): boolean => access === "editable" || access === "masked";

/** Saving by button and keys: tells what came of it, and leads to the first field that is wrong. */
function useSaving(form: ReturnType<typeof useCustomerForm>, onSaved: (id: string) => void) {
  const { t } = useTranslation();
  const { told } = useDeeds();
  const leaving = useRef(false);
  const [refusals, setRefusals] = useState(0);
  const first = useRef<string | undefined>(undefined);
  first.current = form.problems[0]?.field;
  useEffect(() => {
    // Problems that come from leaving a field must not take the focus away; those of a refused save do.
    if (refusals > 0 && first.current) focusField(first.current);
  }, [refusals]);
  const save = async (): Promise<void> => {
    const saved = await form.save();
    if (!saved) return setRefusals((was) => was + 1);
    leaving.current = true;
    if (saved.undo) told(saved, t("customers.form_saved"));
    else toast({ text: t("customers.form_unchanged"), tone: "info" });
    // Nothing is named when what was typed means what was there.
    onSaved(saved.ids[0] ?? form.start.id ?? "");
  };
  const latest = useRef(save);
  latest.current = save;
  useActions(
    useMemo<Action[]>(
      () => [
        {
          id: "form.save",
          labelKey: "customers.form_save",
          keys: ["Ctrl+S", "Ctrl+Enter"],
          scope: "screen",
          run: () => void latest.current(),
        },
      ],
      [],
    ),
  );
  return { leaving, save: () => void latest.current() };
}
