import { Radio } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { ErrorText } from "../../kit/ErrorText";
import { State } from "../../kit/states";
import { JobPanel } from "./Report";
import { usable, type Wizard } from "./useWizard";

const MODES = ["add_only", "update"] as const;

/** Step 3: what an import would do, without doing it. */
export function CheckStep({ wizard }: { wizard: Wizard }) {
  const { t } = useTranslation();
  const id = useId();
  const { job, draft, refused, busy } = wizard;
  const nothing = job?.state === "done" && usable(job) === 0;
  return (
    <>
      <fieldset className="lq-imports-modes" disabled={busy}>
        <legend>{t("imports.mode")}</legend>
        <Radio.Group value={draft.mode} name={id} onChange={(event) => wizard.chooseMode(event.target.value)}>
          {MODES.map((mode) => (
            <Radio key={mode} value={mode}>
              {t(`imports.mode_${mode}`)}
              <span className="lq-note lq-imports-mode-hint">{t(`imports.mode_${mode}_hint`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </fieldset>
      {refused && <ErrorText error={refused} withCode />}
      {job === null && !busy && !refused && <State title={t("imports.check_gone")} text={t("imports.check_gone_text")} />}
      {job && <JobPanel job={job} />}
      {nothing && <State title={t("imports.nothing")} text={t("imports.nothing_text")} />}
      {job?.state === "running" && <p className="lq-note">{t("imports.check_note")}</p>}
    </>
  );
}

/** Step 4: the import itself, and what came of it. */
export function RunStep({ wizard }: { wizard: Wizard }) {
  const { t } = useTranslation();
  return (
    <>
      <JobPanel job={wizard.job} />
      {wizard.job?.state === "running" && <p className="lq-note">{t("imports.run_note")}</p>}
    </>
  );
}
