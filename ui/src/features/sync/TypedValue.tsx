import { Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError, Choice, ConflictView, Feature } from "../../ipc/contract";
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

/** Texts of a case, of several lines. */
const TEXTS: readonly string[] = ["narrative", "conclusion"];

interface TypedValueProps {
  conflict: ConflictView;
  entity: Feature;
  group: string;
  choice: Choice | undefined;
  error: ApiError | null;
  onChoose: (choice: Choice) => void;
}

/** A third value instead of mine and theirs: written, or chosen where the field knows only certain words. A long text begins as mine. */
export function TypedValue(p: TypedValueProps) {
  const { t } = useTranslation();
  const word = useChoiceWord();
  const { field, mine } = p.conflict;
  const long = p.entity === "cases" && TEXTS.includes(field);
  const view = useFields().find((one) => one.field === field);
  // What was written stays while the other values are tried.
  const [kept, setKept] = useState(long ? (mine ?? "") : "");
  const choices = view?.shape === "choice" ? view.choices : null;
  if (!long && (p.entity === "cases" || !view || !(choices || WRITTEN.has(view.shape)))) return null;
  const on = p.choice?.kind === "typed";
  const text = p.choice?.kind === "typed" ? p.choice.text : kept;
  const type = (typed: string): void => {
    setKept(typed);
    p.onChoose({ kind: "typed", text: typed });
  };
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
      {long ? (
        on && <Input.TextArea {...entry} rows={5} value={text} onChange={(event) => type(event.target.value)} />
      ) : choices ? (
        <Select<string>
          {...entry}
          value={text || null}
          placeholder={t("sync.typed_choose")}
          options={choices.map((value) => ({ value, label: word(field, value) }))}
          onChange={type}
        />
      ) : (
        <Input {...entry} value={text} placeholder={t("sync.typed_label")} onChange={(event) => type(event.target.value)} />
      )}
    </div>
  );
}
