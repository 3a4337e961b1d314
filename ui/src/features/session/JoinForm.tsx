import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { ServerView } from "../../ipc/contract";
import { Entry, PasswordEntry } from "../../kit/form/Entry";
import { EntryForm } from "../../kit/form/EntryForm";
import { useEntries } from "../../kit/form/useEntries";
import { useSignIn } from "./useSignIn";

/** Joins the bank's server: first its address is looked at, and only a server whose name was seen gets a password. */
export function JoinForm() {
  const [server, setServer] = useState<ServerView | null>(null);
  return server ? <Credentials server={server} onOther={() => setServer(null)} /> : <Address onFound={setServer} />;
}

function Address(p: { onFound: (server: ServerView) => void }) {
  const { t } = useTranslation();
  const form = useEntries({ server: "" });
  const probe = useMutation({
    mutationFn: () => call("session_probe", { server: form.values.server.trim() }),
    onSuccess: p.onFound,
    onError: (thrown) => form.refuse(asApiError(thrown), "server"),
  });
  const submit = (): void => {
    if (!probe.isPending && !form.missing("server")) probe.mutate();
  };
  return (
    <EntryForm label={t("session.check_server")} told={form.told} onSubmit={submit}>
      <Entry
        {...form.bind("server")}
        label={t("session.server")}
        type="url"
        placeholder={t("session.server_example")}
        hint={t("session.server_hint")}
      />
      <Button type="primary" size="large" block htmlType="submit" loading={probe.isPending}>
        {t("session.check_server")}
      </Button>
    </EntryForm>
  );
}

function Credentials(p: { server: ServerView; onOther: () => void }) {
  const { t } = useTranslation();
  const form = useEntries({ login: "", password: "", server: p.server.server });
  const { busy, signIn } = useSignIn({ form });
  const { errors } = form;
  const submit = (): void => {
    if (form.missing("login", "password")) return;
    signIn({ login: form.values.login.trim(), password: form.values.password, server: p.server.server });
  };
  return (
    <EntryForm label={t("session.join_title")} told={form.told} onSubmit={submit}>
      <FoundServer server={p.server} onOther={p.onOther} />
      <Entry {...form.bind("login")} label={t("session.login")} autoComplete="username" />
      <PasswordEntry
        {...form.bind("password")}
        error={errors.password ?? errors.server}
        label={t("session.password")}
        autoComplete="current-password"
      />
      <Button type="primary" size="large" block htmlType="submit" loading={busy}>
        {t("session.join_sign_in")}
      </Button>
    </EntryForm>
  );
}

function FoundServer(p: { server: ServerView; onOther: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="lq-gate-note lq-gate-server" role="status">
      <CircleCheck size={16} aria-hidden />
      <div>
        <strong>{p.server.name}</strong>
        <div className="lq-note">{p.server.server}</div>
        <div className="lq-note">{t("session.version", { version: p.server.version })}</div>
      </div>
      <Button size="small" onClick={p.onOther}>
        {t("session.other_server")}
      </Button>
    </div>
  );
}
