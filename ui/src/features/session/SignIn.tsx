import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SessionView } from "../../ipc/contract";
import { Entry } from "../../kit/form/Entry";
import { EntryForm } from "../../kit/form/EntryForm";
import { useEntries } from "../../kit/form/useEntries";
import { formatTime } from "../../kit/format/dates";
import { Frame } from "./Frame";
import { PasswordBlock } from "./PasswordBlock";
import { useLockout } from "./useLockout";
import { useSignIn } from "./useSignIn";

/** Sign-in. With a store on this computer it takes no network; the server is asked for only when there is none of this user. */
export function SignIn(p: { session: SessionView; onAnother: () => void }) {
  const { t } = useTranslation();
  const { session } = p;
  const form = useEntries({ login: session.login ?? "", password: "", server: session.server ?? "" });
  const [asksServer, setAsksServer] = useState(false);
  const left = useLockout(session.locked_until);
  const closed = left > 0;
  const { busy, signIn } = useSignIn({ form, onRefused: (code) => code === "store_missing" && setAsksServer(true) });
  const submit = (): void => {
    if (closed || form.missing("login", "password", ...(asksServer ? (["server"] as const) : []))) return;
    signIn({ login: form.values.login.trim(), password: form.values.password, server: asksServer ? form.values.server.trim() : null });
  };
  return (
    <Frame help="login" title={t("session.sign_in_title")} text={<Where session={session} />}>
      <EntryForm key={String(closed)} label={t("session.sign_in_title")} told={form.told} onSubmit={submit}>
        <Entry {...form.bind("login")} label={t("session.login")} autoComplete="username" />
        {asksServer && (
          <Entry
            {...form.bind("server")}
            label={t("session.server")}
            type="url"
            placeholder={t("session.server_example")}
            hint={t("session.server_hint")}
          />
        )}
        <PasswordBlock password={form.bind("password")} left={left} busy={busy} submit={t("session.sign_in")} />
      </EntryForm>
      <div className="lq-gate-more">
        <Button type="link" onClick={p.onAnother}>
          {t("session.another")}
        </Button>
      </div>
    </Frame>
  );
}

function Where({ session }: { session: SessionView }) {
  const { t } = useTranslation();
  return (
    <>
      {session.server ? t("session.at_server", { server: session.server.replace(/^https:\/\//, "") }) : t("session.local_only")}
      {session.last_sign_in !== null && <div>{t("session.last_sign_in", { time: formatTime(session.last_sign_in) })}</div>}
    </>
  );
}
