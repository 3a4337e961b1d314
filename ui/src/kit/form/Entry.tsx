import "./entry.css";
import { Input } from "antd";
import { ArrowBigUp, Eye, EyeOff } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorText } from "../ErrorText";
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
  const id = useId();
  const wrong = p.error !== undefined || p.problem !== undefined;
  const under = wrong ? `${id}-error` : p.hint ? `${id}-hint` : undefined;
  return (
    <div className="lq-entry">
      <label htmlFor={id}>{p.label}</label>
      <Input
        id={id}
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
        status={wrong ? "error" : ""}
        aria-invalid={wrong || undefined}
        aria-describedby={under}
        onChange={(event) => p.onChange(event.target.value)}
        onKeyDown={p.onKey}
        onKeyUp={p.onKey}
        onBlur={p.onLeave}
      />
      {p.error && <ErrorText error={p.error} id={`${id}-error`} />}
      {p.problem && !p.error && (
        <p className="lq-error" role="alert" id={`${id}-error`}>
          {p.problem}
        </p>
      )}
      {p.hint && !wrong && (
        <div className="lq-entry-hint" id={`${id}-hint`}>
          {p.hint}
        </div>
      )}
      {p.children}
    </div>
  );
}
