import { Checkbox, Input, Radio } from "antd";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { ErrorText } from "../../kit/ErrorText";
import { Section } from "../../kit/Page";
import { type ExportForm, FORMATS } from "./useExport";

/** Why, in which format, and where to. */
export function ExportOptions({ form }: { form: ExportForm }) {
  const { t } = useTranslation();
  const { error } = form;
  return (
    <div className="lq-exports-options">
      {error && error.field !== "reason" && error.field !== "path" && <ErrorText error={error} withCode />}
      <Reason form={form} />
      <Section title={t("exports.format")}>
        <Radio.Group
          className="lq-exports-formats"
          aria-label={t("exports.format")}
          value={form.format}
          onChange={(event) => form.setFormat(event.target.value)}
        >
          {FORMATS.map((format) => (
            <Radio key={format} value={format}>
              {t(`exports.format_${format}`)}
              <span className="lq-note lq-exports-format-hint">{t(`exports.format_${format}_hint`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </Section>
      <Place form={form} />
    </div>
  );
}

function Reason({ form }: { form: ExportForm }) {
  const { t } = useTranslation();
  const id = useId();
  const wrong = form.error?.field === "reason" ? form.error : null;
  return (
    <Section title={t("exports.reason")} aside={<span className="lq-note">{t("common.required")}</span>}>
      <Input
        id={id}
        name="reason"
        autoFocus
        aria-label={t("exports.reason")}
        aria-required
        aria-invalid={wrong ? true : undefined}
        aria-describedby={`${id}-hint`}
        status={wrong ? "error" : ""}
        maxLength={200}
        placeholder={t("exports.reason_placeholder")}
        value={form.reason}
        onChange={(event) => form.setReason(event.target.value)}
      />
      <div id={`${id}-hint`} className="lq-exports-hint">
        {wrong ? <ErrorText error={wrong} /> : <p className="lq-note">{t("exports.reason_hint")}</p>}
      </div>
    </Section>
  );
}

function Place({ form }: { form: ExportForm }) {
  const { t } = useTranslation();
  const id = useId();
  const wrong = form.error?.field === "path" ? form.error : null;
  return (
    <Section title={t("exports.path")}>
      <Input
        id={id}
        name="path"
        aria-label={t("exports.path")}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={`${id}-hint`}
        status={wrong ? "error" : ""}
        spellCheck={false}
        value={form.path}
        onChange={(event) => form.setPath(event.target.value)}
      />
      <div id={`${id}-hint`} className="lq-exports-hint">
        {wrong && <ErrorText error={wrong} />}
      </div>
      <Checkbox checked={form.replace} onChange={(event) => form.setReplace(event.target.checked)}>
        {t("exports.replace")}
      </Checkbox>
    </Section>
  );
}
