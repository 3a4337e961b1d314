import { Input } from "antd";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { editableMoney, formatMoney, parseMoney } from "./format/money";

export interface MoneyFieldProps {
  id?: string;
  /** Minor units in decimal, what was typed when it can't be read, or nothing. */
  value?: string | null;
  /** Gets minor units in decimal, or what was typed when it can't be read, so that a form can refuse it. */
  onChange?: (value: string) => void;
  disabled?: boolean;
  /** What it is for, where there is no label beside it. */
  placeholder?: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
  status?: "error";
}

const isMinor = (value: string): boolean => /^-?\d+$/.test(value);

/** An amount in yuan, typed: `12,000.50`, `1.2万`, `3亿`. At rest it is grouped. */
export function MoneyField(p: MoneyFieldProps) {
  const { t } = useTranslation();
  const note = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const value = p.value ?? "";
  const rest = isMinor(value) ? formatMoney(value) : value;
  const minor = typed === null ? (isMinor(value) ? value : null) : parseMoney(typed);
  const unreadable = (typed ?? value).trim() !== "" && minor === null;
  const hasUnit = typed !== null && /[^\d.,\s-]/.test(typed);
  const change = (text: string): void => {
    setTyped(text);
    p.onChange?.(text.trim() === "" ? "" : (parseMoney(text) ?? text));
  };
  return (
    <div>
      <Input
        id={p.id}
        value={typed ?? rest}
        inputMode="decimal"
        disabled={p.disabled}
        className="lq-money"
        placeholder={p.placeholder ?? t("money.hint")}
        status={p.status ?? ""}
        suffix={t("common.yuan")}
        onFocus={() => setTyped(isMinor(value) ? editableMoney(value) : value)}
        onChange={(event) => change(event.target.value)}
        onBlur={() => setTyped(null)}
        aria-label={p["aria-label"]}
        aria-describedby={[note, p["aria-describedby"]].filter(Boolean).join(" ")}
        aria-invalid={unreadable}
      />
      <span id={note} className="lq-note" aria-live="polite">
        {unreadable && typed === null && t("money.unreadable")}
        {hasUnit && minor !== null && t("money.reads", { amount: formatMoney(minor) })}
      </span>
    </div>
  );
}
