import { useTranslation } from "react-i18next";
import { availableActions, keysOf, useRegistry } from "../kit/keys/actions";
import { Keys } from "../kit/keys/Keys";
import { useLabel } from "../kit/keys/useLabel";

/** After the first key of a chord: what the second may be. */
export function ChordHint() {
  const { t } = useTranslation();
  const label = useLabel();
  const state = useRegistry();
  const { pending } = state;
  if (!pending) return null;
  const next = availableActions(state).flatMap((action) =>
    keysOf(action, state.overrides)
      .filter((keys) => keys.startsWith(`${pending} `))
      .map((keys) => ({ action, key: keys.slice(pending.length + 1) })),
  );
  return (
    <div className="lq-chord" role="status">
      <span>
        {t("shell.chord")} <Keys combo={pending} />
      </span>
      {next.map(({ action, key }) => (
        <span key={action.id}>
          <Keys combo={key} /> {label(action)}
        </span>
      ))}
    </div>
  );
}
