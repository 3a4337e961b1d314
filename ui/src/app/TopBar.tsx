import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { ChevronDown, Plus, Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import { call } from "../ipc/call";
import { sessionQuery, useLock, useSession } from "../ipc/queries";
import { availableActions, keysOf, useRegistry } from "../kit/keys/actions";
import { Keys, useAriaKeys } from "../kit/keys/Keys";
import { useLabel } from "../kit/keys/useLabel";
import { MenuButton } from "../kit/MenuButton";
import { useGo } from "../kit/navigation";

/** Search from anywhere, create anything, and who is signed in. */
export function TopBar(p: { onSearch: () => void }) {
  const { t } = useTranslation();
  return (
    <header className="lq-top">
      <span className="lq-brand">
        <Mark />
        <span>{t("common.product")}</span>
      </span>
      <button
        type="button"
        className="lq-search"
        onClick={p.onSearch}
        aria-keyshortcuts={useAriaKeys("shell.palette")}
        aria-haspopup="dialog"
      >
        <Search size={14} aria-hidden />
        <span>{t("shell.search")}</span>
        <Keys combo="Ctrl+K" />
      </button>
      <div className="lq-top-right">
        <CreateMenu />
        <UserMenu />
      </div>
    </header>
  );
}

/** A bridge: three arches over water. */
function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M3 21h26M6 21a10 10 0 0 1 20 0M11 21v-8.5M16 21V11M21 21v-8.5M3 26h26"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
    </svg>
  );
}

function CreateMenu() {
  const { t } = useTranslation();
  const label = useLabel();
  const state = useRegistry();
  const actions = availableActions(state).filter((action) => action.group === "create");
  if (actions.length === 0) return null;
  const items = actions.map((action) => {
    const keys = keysOf(action, state.overrides)[0];
    return { key: action.id, label: label(action), extra: keys && <Keys combo={keys} />, onClick: action.run };
  });
  return (
    <MenuButton items={items}>
      {(trigger) => (
        <Button type="primary" size="small" icon={<Plus size={14} aria-hidden />} {...trigger}>
          {t("shell.create")}
        </Button>
      )}
    </MenuButton>
  );
}

function UserMenu() {
  const { t } = useTranslation();
  const user = useSession()?.user;
  const lock = useLock();
  const client = useQueryClient();
  const go = useGo();
  if (!user) return null;
  const signOut = (): void => void call("session_sign_out").then((session) => client.setQueryData(sessionQuery.queryKey, session));
  const items = [
    { key: "account", label: t("session.account"), onClick: () => go("/account") },
    { key: "lock", label: t("shell.lock"), extra: <Keys combo="Ctrl+L" />, onClick: lock },
    { key: "out", label: t("shell.sign_out"), onClick: signOut },
  ];
  return (
    <MenuButton items={items} heading={`${t(`roles.${user.role}`)} · ${user.branch_name}`}>
      {(trigger) => (
        <button type="button" className="lq-user" {...trigger}>
          <span className="lq-hidden">{t("shell.user_menu")} </span>
          <span className="lq-avatar" data-letter={[...user.name].at(0)} aria-hidden />
          <span className="lq-user-name">{user.name}</span>
          <ChevronDown size={12} aria-hidden />
        </button>
      )}
    </MenuButton>
  );
}
