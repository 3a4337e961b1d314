import { useMutation } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { ServerView } from "../../ipc/contract";
import { Dialog } from "../../kit/Dialog";
import { Entry, PasswordEntry } from "../../kit/form/Entry";
import { EntryForm } from "../../kit/form/EntryForm";
import { type Entries, useEntries } from "../../kit/form/useEntries";
import { toast } from "../../kit/toast";
import { useAccount } from "./useAccount";

type Field = "server" | "login" | "password";

interface DialogParts {
  open: boolean;
  onClose: () => void;
}

/** A store that worked alone joins the bank's server: its address is looked at first, then its customers go there. */
export function JoinDialog(p: DialogParts) {
  const { t } = useTranslation();
  const form = useEntries<Field>({ server: "", login: "", password: "" });
  const [found, setFound] = useState<ServerView | null>(null);
  const close = (): void => {
    setFound(null);
    form.set({ password: "" });
    p.onClose();
  };
  const probe = useMutation({
    mutationFn: () => call("session_probe", { server: form.values.server.trim() }),
    onSuccess: setFound,
    onError: (thrown) => form.refuse(asApiError(thrown), "server"),
  });
  const join = useAccount(
    form,
    found ? "password" : "server",
    () => call("session_join", { server: found?.server ?? "", login: form.values.login.trim(), password: form.values.password }),
    () => {
      toast({ text: t("sync.joined", { name: found?.name ?? "" }) });
      close();
    },
  );
  const submit = (): void => {
    if (!found) return void (!form.missing("server") && probe.mutate());
    if (!form.missing("login", "password")) join.submit();
  };
  return (
    <Dialog
      open={p.open}
      title={t("sync.join")}
      width={440}
      onClose={close}
      onOk={submit}
      okText={found ? t("sync.join_submit") : t("session.check_server")}
      busy={probe.isPending || join.busy}
    >
      <p className="lq-sync-lead">{t("sync.join_text")}</p>
      <EntryForm key={found?.server ?? ""} label={t("sync.join")} told={form.told} onSubmit={submit}>
        {found ? <Credentials form={form} server={found} /> : <Address form={form} />}
      </EntryForm>
    </Dialog>
  );
}

function Address({ form }: { form: Entries<Field> }) {
  const { t } = useTranslation();
  return (
    <Entry
      {...form.bind("server")}
      label={t("session.server")}
      type="url"
      placeholder={t("session.server_example")}
      hint={t("session.server_hint")}
    />
  );
}

function Credentials({ form, server }: { form: Entries<Field>; server: ServerView }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="lq-sync-found" role="status">
        <CircleCheck size={16} aria-hidden />
        <span>
          <strong>{server.name}</strong> {server.server}
        </span>
      </p>
      <Entry {...form.bind("login")} label={t("session.login")} autoComplete="username" />
      <PasswordEntry
        {...form.bind("password")}
        label={t("session.password")}
        autoComplete="current-password"
        hint={t("sync.join_password_hint")}
      />
    </>
  );
}
