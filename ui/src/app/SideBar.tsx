import { Link } from "@tanstack/react-router";
import { Tooltip } from "antd";
import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useSession } from "../ipc/queries";
import { useKeysOf } from "../kit/keys/actions";
import { Keys, KeyTip, useAriaKeys } from "../kit/keys/Keys";
import { mayOpen, type NavScreen, navScreens } from "./screens";

/** The modules the user may open. */
export function SideBar(p: { narrow: boolean; onToggle: () => void }) {
  const { t } = useTranslation();
  const held = useSession()?.user?.permissions ?? [];
  const open = navScreens.filter((screen) => mayOpen(screen, held));
  const Toggle = p.narrow ? PanelLeftOpen : PanelLeftClose;
  const label = t(p.narrow ? "shell.expand" : "shell.collapse");
  return (
    <nav className="lq-side" aria-label={t("shell.navigation")}>
      {(["work", "system"] as const).map((group) => (
        <ul key={group}>
          {open
            .filter((screen) => screen.nav.group === group)
            .map((screen) => (
              <NavItem key={screen.id} screen={screen} />
            ))}
        </ul>
      ))}
      <KeyTip title={label} action="shell.sidebar">
        <button type="button" className="lq-side-toggle" aria-label={label} onClick={p.onToggle}>
          <Toggle size={16} aria-hidden />
        </button>
      </KeyTip>
    </nav>
  );
}

function NavItem({ screen }: { screen: NavScreen }) {
  const { t } = useTranslation();
  const keys = useKeysOf(`go.${screen.id}`);
  const aria = useAriaKeys(`go.${screen.id}`);
  const Icon = screen.nav.icon;
  const label = t(screen.labelKey) as string;
  return (
    <li>
      <Tooltip
        placement="right"
        mouseEnterDelay={0.5}
        title={
          <span className="lq-keytip">
            {label} {keys[0] && <Keys combo={keys[0]} />}
          </span>
        }
      >
        <Link to={screen.path} activeOptions={{ exact: false, includeSearch: false }} aria-keyshortcuts={aria}>
          <Icon size={16} aria-hidden />
          <span>{label}</span>
        </Link>
      </Tooltip>
    </li>
  );
}
