import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { PasswordEntry } from "../../kit/form/Entry";
import type { Bound } from "../../kit/form/useEntries";
import { Closed } from "./Closed";

interface PasswordBlockProps {
  password: Bound;
  /** Milliseconds until sign-in opens again; 0 when it is open. */
  left: number;
  busy: boolean;
  submit: string;
}

/** The end of a form that opens the store: the password, why it can't be entered just now, and the button. */
export function PasswordBlock(p: PasswordBlockProps) {
  const { t } = useTranslation();
  const closed = p.left > 0;
  return (
    <>
      <PasswordEntry
        {...p.password}
        // The note below says more than the refusal that closed it.
        {...(closed && { error: undefined })}
        label={t("session.password")}
        autoComplete="current-password"
        disabled={closed}
      />
      {closed && <Closed left={p.left} />}
      <Button type="primary" size="large" block htmlType="submit" loading={p.busy} disabled={closed}>
        {p.submit}
      </Button>
    </>
  );
}
