import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { Dialog } from "../../kit/Dialog";
import { PasswordEntry } from "../../kit/form/Entry";
import { EntryForm } from "../../kit/form/EntryForm";
import { useEntries } from "../../kit/form/useEntries";

interface Deed {
  isPending: boolean;
  mutate: (input: { path: string; password: string }, then: { onSuccess: () => void; onError: (thrown: unknown) => void }) => void;
}

/** Asks for the password that a backup was made under, and does something with both. */
export function PasswordDialog(p: {
  path: string | null;
  title: string;
  okText: string;
  danger?: boolean;
  deed: Deed;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const form = useEntries({ password: "" });
  /** What was typed does not stay behind a closed dialog. */
  const close = (): void => {
    form.set({ password: "" });
    p.onClose();
  };
  const submit = (): void => {
    if (p.path === null || p.deed.isPending || form.missing("password")) return;
    const input = { path: p.path, password: form.values.password };
    p.deed.mutate(input, { onSuccess: close, onError: (thrown) => form.refuse(asApiError(thrown), "password") });
  };
  return (
    <Dialog
      open={p.path !== null}
      title={p.title}
      width={480}
      onClose={close}
      onOk={submit}
      okText={p.okText}
      danger={p.danger ?? false}
      busy={p.deed.isPending}
    >
      {p.children}
      <EntryForm label={p.title} told={form.told} onSubmit={submit}>
        <PasswordEntry
          {...form.bind("password")}
          label={t("backups.password")}
          autoComplete="current-password"
          hint={t("backups.password_hint")}
        />
      </EntryForm>
    </Dialog>
  );
}
