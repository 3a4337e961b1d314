import "./entry.css";
import { Input } from "antd";
import { ArrowBigUp, Eye, EyeOff } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorText } from "../ErrorText";
import { formatCount } from "../format/number";
import type { Bound } from "./useEntries";

export interface EntryProps extends Bound {
  label: string;
  /** What is wrong in words, when it is no error of the contract. */
  problem?: string | undefined;
  /** Beneath the field, as long as it has no error. */
  hint?: ReactNode;
  autoComplete?: string;
  placeholder?: string;
  disabled?: boolean;
  type?: "text" | "url";
}

/** A line of text with its name above and its error beneath. */
export function Entry(p: EntryProps) {
  return <Field {...p} type={p.type ?? "text"} />;
}

/** A password: hidden until asked for, and it tells when Caps Lock is on. */
export function PasswordEntry(p: Omit<EntryProps, "type">) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  const watch = (event: KeyboardEvent): void => setCaps(event.getModifierState("CapsLock"));
  const Icon = shown ? EyeOff : Eye;
  const eye = (
    <button
      type="button"
      className="lq-entry-eye"
      aria-label={t("session.show_password")}
      aria-pressed={shown}
      disabled={p.disabled}
      onClick={() => setShown(!shown)}
    >
      <Icon size={14} aria-hidden />
    </button>
  );
  return (
    <Field {...p} type={shown ? "text" : "password"} suffix={eye} onKey={watch} onLeave={() => setCaps(false)}>
      {caps && (
        <p className="lq-entry-caps" role="status">
          <ArrowBigUp size={13} aria-hidden />
          {t("session.caps_lock")}
        </p>
      )}
    </Field>
  );
}

interface FieldProps extends Omit<EntryProps, "type"> {
  type: "text" | "url" | "password";
  suffix?: ReactNode;
  onKey?: (event: KeyboardEvent) => void;
  onLeave?: () => void;
  children?: ReactNode;
}

function Field(p: FieldProps) {
  const { id, wrong, aria } = useEntry(p);
  return (
    <div className="lq-entry">
      <label htmlFor={id}>{p.label}</label>
      <Input
        {...aria}
        name={p.name}
        type={p.type}
        size="large"
        value={p.value}
        disabled={p.disabled ?? false}
        placeholder={p.placeholder}
        autoComplete={p.autoComplete ?? "off"}
        autoCapitalize="none"
        spellCheck={false}
        suffix={p.suffix}
        onChange={(event) => p.onChange(event.target.value)}
        onKeyDown={p.onKey}
        onKeyUp={p.onKey}
        onBlur={p.onLeave}
      />
      <Under {...p} id={id} wrong={wrong} />
      {p.children}
    </div>
  );
}

export interface TextEntryProps extends Omit<EntryProps, "type" | "autoComplete" | "problem"> {
  /** Most characters. More can be typed, so that nothing of what is pasted is cut off; the count then tells. */
  max: number;
  rows: number;
  required?: boolean;
  children?: ReactNode;
}

/** A text of several lines, with how long it is and may be. */
export function TextEntry(p: TextEntryProps) {
  const { t } = useTranslation();
  const { id, wrong, aria } = useEntry(p);
  const count = [...p.value.trim()].length;
  return (
    <div className="lq-entry">
      <label htmlFor={id}>{p.label}</label>
      <Input.TextArea
        {...aria}
        name={p.name}
        value={p.value}
        rows={p.rows}
        disabled={p.disabled ?? false}
        placeholder={p.placeholder}
        aria-required={p.required ?? false}
        onChange={(event) => p.onChange(event.target.value)}
      />
      <div className="lq-entry-foot">
        <Under {...p} id={id} wrong={wrong} />
        <span className={count > p.max ? "lq-entry-over" : ""}>
          {t("common.length", { shown: formatCount(count), max: formatCount(p.max) })}
        </span>
      </div>
      {p.children}
    </div>
  );
}

type Told = Pick<EntryProps, "error" | "problem" | "hint">;

/** What ties an input to its name above and to what stands beneath. */
function useEntry(p: Told) {
  const id = useId();
  const wrong = p.error !== undefined || p.problem !== undefined;
  const aria = {
    id,
    status: wrong ? ("error" as const) : ("" as const),
    "aria-invalid": wrong || undefined,
    "aria-describedby": wrong ? `${id}-error` : p.hint ? `${id}-hint` : undefined,
  };
  return { id, wrong, aria };
}

/** What is wrong, or else the hint. */
function Under(p: Told & { id: string; wrong: boolean }) {
  if (p.error) return <ErrorText error={p.error} id={`${p.id}-error`} />;
  if (p.wrong)
    return (
      <p className="lq-error" role="alert" id={`${p.id}-error`}>
        {p.problem}
      </p>
    );
  return (
    p.hint && (
      <div className="lq-entry-hint" id={`${p.id}-hint`}>
        {p.hint}
      </div>
    )
  );
}
