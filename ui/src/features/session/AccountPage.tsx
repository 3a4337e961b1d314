import "./session.css";
import { Button } from "antd";
import { KeyRound, Lock, LogOut } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../ipc/call";
import type { SessionView, UserView } from "../../ipc/contract";
import { useLock, useSession } from "../../ipc/queries";
import { Facts } from "../../kit/Facts";
import { formatTime } from "../../kit/format/dates";
import { type Action, useActions } from "../../kit/keys/actions";
import { KeyTip, useAriaKeys } from "../../kit/keys/Keys";
import { Page, Section } from "../../kit/Page";
import { Loading } from "../../kit/states";
import { PasswordDialog } from "./PasswordDialog";
import { Recovery } from "./Recovery";
import { useArrive } from "./useArrive";

/** Who is signed in, what that allows, and the user's own password. */
export default function AccountPage() {
  const { t } = useTranslation();
  const session = useSession();
  const arrive = useArrive();
  const lock = useLock();
  const [changing, setChanging] = useState(false);
  useActions(
    useMemo<Action[]>(
      () => [{ id: "session.password", labelKey: "session.change_password", keys: ["e"], scope: "screen", run: () => setChanging(true) }],
      [],
    ),
  );
  const passwordKeys = useAriaKeys("session.password");
  if (!session?.user) return <Loading />;
  const leave = (): void => void call("session_sign_out").then((next) => arrive(next));
  const actions = (
    <>
      <Button icon={<LogOut size={14} aria-hidden />} onClick={leave}>
        {t("shell.sign_out")}
      </Button>
      <Button icon={<Lock size={14} aria-hidden />} onClick={lock}>
        {t("shell.lock")}
      </Button>
      <KeyTip title={t("session.change_password")} action="session.password">
        <Button type="primary" icon={<KeyRound size={14} aria-hidden />} aria-keyshortcuts={passwordKeys} onClick={() => setChanging(true)}>
          {t("session.change_password")}
        </Button>
      </KeyTip>
    </>
  );
  return (
    <Page title={t("session.account")} layout="text" actions={actions}>
      <Section title={t("session.who")}>
        <AccountFacts session={session} user={session.user} />
      </Section>
      <Section title={t("session.rights")}>
        <ul className="lq-rights">
          {session.user.permissions.map((right) => (
            <li key={right}>{t(`permissions.${right}`)}</li>
          ))}
        </ul>
      </Section>
      <Recovery />
      <PasswordDialog open={changing} onClose={() => setChanging(false)} />
    </Page>
  );
}

function AccountFacts({ session, user }: { session: SessionView; user: UserView }) {
  const { t } = useTranslation();
  const facts: readonly [string, string][] = [
    [t("session.name"), user.name],
    [t("session.login"), user.login],
    [t("session.role"), t(`roles.${user.role}`)],
    [t("session.branch"), user.branch_name],
    [t("session.server"), session.server ?? t("shell.standalone")],
    [t("session.last_sign_in_label"), session.last_sign_in === null ? t("common.none") : formatTime(session.last_sign_in)],
  ];
  return <Facts facts={facts} className="lq-facts" />;
}
