import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { call } from "../../ipc/call";
import type { SessionView } from "../../ipc/contract";
import { EntryForm } from "../../kit/form/EntryForm";
import { useEntries } from "../../kit/form/useEntries";
import { formatTime } from "../../kit/format/dates";
import { Frame } from "./Frame";
import { PasswordBlock } from "./PasswordBlock";
import { useArrive } from "./useArrive";
import { useLockout } from "./useLockout";
import { useSignIn } from "./useSignIn";

/** The lock: who is signed in, and nothing but the password. Unlocking never takes the network. */
export function Locked({ session }: { session: SessionView }) {
  const { t } = useTranslation();
  const arrive = useArrive();
  const login = session.user?.login ?? session.login ?? "";
  const form = useEntries({ login, password: "", server: "" });
  const left = useLockout(session.locked_until);
  const closed = left > 0;
  const { busy, signIn } = useSignIn({ form, quiet: true });
  const submit = (): void => {
    if (closed || form.missing("password")) return;
    signIn({ login, password: form.values.password, server: null });
  };
  const leave = (): void => void call("session_sign_out").then((next) => arrive(next));
  return (
    <Frame help="lock" title={t("session.locked_title")} text={t("session.locked_text")}>
      <div className="lq-gate-user">
        <span className="lq-gate-avatar" aria-hidden>
          {[...(session.user?.name ?? login)].at(0)}
        </span>
        <div>
          <div className="lq-gate-name">{session.user?.name ?? login}</div>
          <div className="lq-note">{[login, session.user?.branch_name].filter(Boolean).join(" · ")}</div>
          {session.last_sign_in !== null && (
            <div className="lq-note">{t("session.last_sign_in", { time: formatTime(session.last_sign_in) })}</div>
          )}
        </div>
      </div>
      <EntryForm key={String(closed)} label={t("session.locked_title")} told={form.told} onSubmit={submit}>
        <PasswordBlock password={form.bind("password")} left={left} busy={busy} submit={t("session.unlock")} />
      </EntryForm>
      <div className="lq-gate-more">
        <Button type="link" onClick={leave}>
          {t("session.switch_user")}
        </Button>
      </div>
    </Frame>
  );
}
