import { useTranslation } from "react-i18next";
import { call } from "../../ipc/call";
import { useSession } from "../../ipc/queries";
import { Dialog } from "../../kit/Dialog";
import { PasswordEntry } from "../../kit/form/Entry";
import { EntryForm } from "../../kit/form/EntryForm";
import { useEntries } from "../../kit/form/useEntries";
import { toast } from "../../kit/toast";
import { useAccount } from "./useAccount";

/** The server's session ended: the password once more, without leaving the screen. */
export function SignInDialog(p: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const form = useEntries({ password: "" });
  const close = (): void => {
    form.set({ password: "" });
    p.onClose();
  };
  const again = useAccount(
    form,
    "password",
    () =>
      call("session_sign_in", {
        login: session?.user?.login ?? "",
        password: form.values.password,
        server: session?.server ?? null,
      }),
    () => {
      toast({ text: t("sync.signed_in") });
      close();
    },
  );
  const submit = (): void => {
    if (!form.missing("password")) again.submit();
  };
  return (
    <Dialog
      open={p.open}
      title={t("sync.sign_in")}
      width={440}
      onClose={close}
      onOk={submit}
      okText={t("session.sign_in")}
      busy={again.busy}
    >
      <p className="lq-sync-lead">{t("sync.sign_in_text", { login: session?.user?.login ?? "" })}</p>
      <EntryForm label={t("sync.sign_in")} told={form.told} onSubmit={submit}>
        <PasswordEntry {...form.bind("password")} label={t("session.password")} autoComplete="current-password" />
      </EntryForm>
    </Dialog>
  );
}
