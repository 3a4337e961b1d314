import { Segmented } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { CaseView, SyncMark } from "../../ipc/contract";
import { Dialog } from "../../kit/Dialog";
import { ErrorText } from "../../kit/ErrorText";
import { Facts } from "../../kit/Facts";
import { TextEntry } from "../../kit/form/Entry";
import { EntryForm } from "../../kit/form/EntryForm";
import { formatTime } from "../../kit/format/dates";
import { useGo } from "../../kit/navigation";
import { SyncPill } from "../../kit/SyncPill";
import { useLeaving } from "./Leaving";
import { Notice } from "./Notice";
import { type CaseForm, useCaseForm } from "./useCaseForm";
import { useSaveKeys } from "./useSaveKeys";
import { STATES, stateKey, TEXT_MAX } from "./words";

/** A case: whose it is, what was seen, how far it is, and why it was concluded as it was. */
export function CaseDialog(p: { opened: CaseView | null; onClose: () => void }) {
  const { t } = useTranslation();
  const go = useGo();
  const form = useCaseForm(p.opened, p.onClose);
  const { leave, asking, question } = useLeaving(form.dirty);
  const open = p.opened !== null;
  useSaveKeys(open && !asking, form.save);
  const { base, entries, theirs, notice } = form;
  const title = t("cases.title");
  const toCustomer = (): void =>
    leave(() => {
      p.onClose();
      go(`/customers/${base?.customer}`);
    });
  return (
    <>
      <Dialog
        open={open}
        title={title}
        width={640}
        onClose={() => leave(p.onClose)}
        onOk={form.save}
        okText={t("common.save")}
        busy={form.busy}
      >
        {base && <CaseFacts of={base} onCustomer={toCustomer} />}
        <EntryForm label={title} told={entries.told} start="first" onSubmit={form.save}>
          <TextEntry
            {...entries.bind("narrative")}
            label={t("cases.fields.narrative")}
            hint={t("cases.narrative_hint")}
            max={TEXT_MAX}
            rows={8}
            required
          >
            <Theirs text={theirs.narrative} />
          </TextEntry>
          <State form={form} />
          {form.state !== "open" && (
            <TextEntry
              {...entries.bind("conclusion")}
              label={t("cases.fields.conclusion")}
              hint={t("cases.conclusion_hint")}
              max={TEXT_MAX}
              rows={4}
              required
            >
              <Theirs text={theirs.conclusion} />
            </TextEntry>
          )}
          {notice && <Notice error={notice} busy={form.busy} onReload={form.reload} />}
        </EntryForm>
      </Dialog>
      {question}
    </>
  );
}

/** The server did not simply take the last change: the sync centre asks what to do. */
const TROUBLED: readonly SyncMark[] = ["conflict", "refused"];

function CaseFacts({ of, onCustomer }: { of: CaseView; onCustomer: () => void }) {
  const { t } = useTranslation();
  const name = of.customer_here ? (
    <button type="button" className="lq-cases-customer" onClick={onCustomer}>
      {of.name}
    </button>
  ) : (
    of.name
  );
  return (
    <div className="lq-cases-head">
      <Facts
        className="lq-cases-facts"
        facts={[
          [t("cases.fields.customer"), name],
          [t("cases.branch"), of.branch_name],
          [t("cases.opened"), formatTime(of.opened_at)],
          [t("cases.sync"), TROUBLED.includes(of.sync) && <SyncPill mark={of.sync} />],
        ]}
      />
      {!of.customer_here && <p className="lq-note">{t("cases.customer_gone")}</p>}
    </div>
  );
}

function State({ form }: { form: CaseForm }) {
  const { t } = useTranslation();
  const id = useId();
  const { onChange, error } = form.entries.bind("state");
  const theirs = STATES.find((one) => one === form.theirs.state);
  return (
    <div className="lq-cases-state">
      <span id={`${id}-name`}>{t("cases.fields.state")}</span>
      <Segmented
        id={id}
        name={`${id}-states`}
        aria-labelledby={`${id}-name`}
        value={form.state}
        options={STATES.map((value) => ({ value, label: t(stateKey(value)) as string }))}
        onChange={onChange}
      />
      {error && <ErrorText error={error} />}
      {form.state === "open" && form.entries.values.conclusion !== "" && <p className="lq-note">{t("cases.reopen_note")}</p>}
      <Theirs text={theirs && (t(stateKey(theirs)) as string)} />
    </div>
  );
}

/** What somebody else has there now, to be compared with what stands in the form. */
function Theirs({ text }: { text: string | undefined }) {
  const { t } = useTranslation();
  if (text === undefined) return null;
  return (
    <dl className="lq-cases-theirs">
      <dt>{t("cases.theirs")}</dt>
      <dd>{text || t("cases.theirs_nothing")}</dd>
    </dl>
  );
}
