import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { ApiError, Choice } from "../../ipc/contract";
import { useFields } from "../../ipc/records";
import { useChoiceWord } from "./words";

/** Shapes whose text a person can write down. Places, people, branches and tags are chosen on the record's own screen. */
const WRITTEN = new Set<string>([
  "name",
  "line",
  "text",
  "date",
  "expiry",
  "money",
  "mobile",
  "phones",
  "email",
  "document_number",
  "uscc",
]);

interface TypedValueProps {
  field: string;
  group: string;
  choice: Choice | undefined;
  error: ApiError | null;
  onChoose: (choice: Choice) => void;
}

/** A third value instead of mine and theirs: written, or chosen where the field knows only certain words. */
export function TypedValue(p: TypedValueProps) {
  const { t } = useTranslation();
  const word = useChoiceWord();
  const view = useFields().find((one) => one.field === p.field);
  if (!view || !(view.shape === "choice" || WRITTEN.has(view.shape))) return null;
  const on = p.choice?.kind === "typed";
  const text = p.choice?.kind === "typed" ? p.choice.text : "";
  const type = (typed: string): void => p.onChoose({ kind: "typed", text: typed });
  const entry = {
    "aria-label": t("sync.typed_label"),
    status: p.error && on ? ("error" as const) : ("" as const),
    "aria-invalid": (p.error !== null && on) || undefined,
    "aria-describedby": p.error ? `${p.group}-error` : undefined,
  };
  return (
    <div className="lq-sync-typed">
      <label>
        <input type="radio" name={p.group} checked={on} onChange={() => type(text)} />
        {t("sync.typed")}
      </label>
      {view.shape === "choice" ? (
        <Select<string>
          {...entry}
          value={text || null}
          placeholder={t("sync.typed_choose")}
          options={view.choices.map((value) => ({ value, label: word(p.field, value) }))}
          onChange={type}
        />
      ) : (
        <Input {...entry} value={text} placeholder={t("sync.typed_label")} onChange={(event) => type(event.target.value)} />
      )}
    </div>
  );
}
