import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PasswordEntry } from "../../kit/form/Entry";
import type { Bound } from "../../kit/form/useEntries";
import { PasswordRules } from "./PasswordRules";

export interface NewPasswordProps {
  label: string;
  first: Bound;
  again: Bound;
  /** The form was sent: from then on every difference is told, not only one that more typing can't mend. */
  tried: boolean;
}

/** A password to set: entered twice, with its rules in sight. */
export function NewPassword(p: NewPasswordProps) {
  const { t } = useTranslation();
  const differs = p.again.value !== "" && (p.tried ? p.first.value !== p.again.value : !p.first.value.startsWith(p.again.value));
  return (
    <>
      <div>
        <PasswordEntry {...p.first} label={p.label} autoComplete="new-password" />
        <PasswordRules password={p.first.value} />
      </div>
      <PasswordEntry
        {...p.again}
        label={t("session.password_again")}
        autoComplete="new-password"
        problem={differs ? t("session.again_differs") : undefined}
      />
    </>
  );
}

/** Compares the two entries when the form is sent. */
export function useAgain(first: string, again: string): { tried: boolean; same: () => boolean } {
  const [tried, setTried] = useState(false);
  const same = (): boolean => {
    setTried(first !== again);
    return first === again;
  };
  return { tried, same };
}
