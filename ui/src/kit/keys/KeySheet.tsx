import { useTranslation } from "react-i18next";
import { Dialog } from "../Dialog";
import { type Action, type ActionGroup, availableActions, keysOf, useRegistry } from "./actions";
import { Keys } from "./Keys";
import { useLabel } from "./useLabel";

const GROUPS: readonly ActionGroup[] = ["screen", "create", "grid", "go", "general"];
const TITLES = {
  screen: "keys.group_screen",
  create: "common.create",
  grid: "keys.group_grid",
  go: "keys.group_go",
  general: "keys.group_general",
} as const;

const groupOf = (action: Action): ActionGroup => action.group ?? (action.scope === "screen" ? "screen" : "general");

/** All keys that work on the present screen, made from the registry. */
export function KeySheet(p: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const label = useLabel();
  const state = useRegistry();
  const withKeys = availableActions(state).filter((action) => keysOf(action, state.overrides).length > 0);
  return (
    <Dialog open={p.open} title={t("keys.title")} onClose={p.onClose} width={720} footer={null}>
      <div className="lq-keysheet">
        {GROUPS.map((group) => {
          const actions = withKeys.filter((action) => groupOf(action) === group);
          return actions.length === 0 ? null : (
            <section key={group} aria-label={t(TITLES[group])}>
              <h2>{t(TITLES[group])}</h2>
              <dl>
                {actions.map((action) => (
                  <div key={action.id}>
                    <dt>{label(action)}</dt>
                    <dd>
                      <Keys combo={keysOf(action, state.overrides)[0] ?? ""} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
      <p className="lq-note">{t("keys.also_arrows")}</p>
    </Dialog>
  );
}
