import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { PasswordEntry } from "../../kit/form/Entry";
import { EntryForm } from "../../kit/form/EntryForm";
import { NewPassword } from "./NewPassword";
import type { useChangePassword } from "./useChangePassword";

/** The present password and the new one. */
export function PasswordFields(p: { change: ReturnType<typeof useChangePassword>; children?: ReactNode }) {
  const { t } = useTranslation();
  const { form, tried, submit } = p.change;
  return (
    <EntryForm label={t("session.change_password")} told={form.told} onSubmit={submit}>
      <PasswordEntry {...form.bind("old")} label={t("session.password_old")} autoComplete="current-password" />
      <NewPassword label={t("session.password_new")} first={form.bind("new")} again={form.bind("again")} tried={tried} />
      {p.children}
    </EntryForm>
  );
}
