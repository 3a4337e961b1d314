import { Button, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Settings } from "../../ipc/contract";
import { type Action, availableActions, checkRebinding, keysOf, useRegistry } from "../../kit/keys/actions";
import { comboOf } from "../../kit/keys/combo";
import { isComposing } from "../../kit/keys/dispatch";
import { Keys } from "../../kit/keys/Keys";
import { useLabel } from "../../kit/keys/useLabel";
import { Section } from "../../kit/Page";
import { Row } from "./Row";

interface KeySettingsProps {
  settings: Settings;
  change: (change: Partial<Settings>) => void;
}

/** Keys of all actions that work everywhere; each can be changed, and a clash is refused with the name of the other. */
export function KeySettings({ settings, change }: KeySettingsProps) {
  const { t } = useTranslation();
  const actions = availableActions(useRegistry()).filter((action) => action.scope === "global" && (action.keys?.length ?? 0) > 0);
  const set = (id: string, keys: string | null): void => {
    const { [id]: _gone, ...rest } = settings.keys;
    change({ keys: keys === null ? rest : { ...rest, [id]: keys } });
  };
  const changed = Object.keys(settings.keys).length > 0;
  return (
    <Section
      title={t("settings.section_keys")}
      aside={
        changed && (
          <Button type="link" size="small" onClick={() => change({ keys: {} })}>
            {t("settings.key_reset_all")}
          </Button>
        )
      }
    >
      <Row
        row={{
          label: "settings.single_keys",
          hint: "settings.single_keys_hint",
          control: (labelledBy) => (
            <Switch aria-labelledby={labelledBy} checked={settings.single_keys} onChange={(single_keys) => change({ single_keys })} />
          ),
        }}
      />
      <p className="lq-note lq-settings-keys-note">{t("settings.keys_hint")}</p>
      <ul className="lq-settings-keys">
        {[...actions].reverse().map((action) => (
          <KeyRow key={action.id} action={action} overrides={settings.keys} onSet={(keys) => set(action.id, keys)} />
        ))}
      </ul>
    </Section>
  );
}

interface KeyRowProps {
  action: Action;
  overrides: Settings["keys"];
  onSet: (keys: string | null) => void;
}

function KeyRow({ action, overrides, onSet }: KeyRowProps) {
  const { t } = useTranslation();
  const label = useLabel();
  const [listening, setListening] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const name = label(action);
  const take = (combo: string): void => {
    setListening(false);
    const others = useRegistry.getState().actions;
    const verdict = checkRebinding(action, combo, others, overrides);
    if (verdict.ok) {
      setProblem(null);
      onSet(combo);
    } else
      setProblem(
        verdict.reason === "reserved"
          ? t("settings.key_reserved", { keys: combo })
          : t("settings.key_clash", { keys: combo, name: label(verdict.with) }),
      );
  };
  const keys = keysOf(action, overrides)[0];
  return (
    <li>
      <span>{name}</span>
      {problem && (
        <span className="lq-settings-problem" role="alert">
          {problem}
        </span>
      )}
      <span className="lq-settings-key">
        {listening ? <em>{t("settings.key_press")}</em> : keys ? <Keys combo={keys} /> : t("keys.none")}
      </span>
      <Button
        size="small"
        aria-label={t("settings.key_change_for", { name })}
        onClick={() => setListening(true)}
        onBlur={() => setListening(false)}
        onKeyDown={(event) => {
          if (!listening || isComposing(event.nativeEvent)) return;
          const combo = comboOf(event.nativeEvent);
          if (!combo || combo === "Tab") return;
          event.preventDefault();
          event.stopPropagation();
          if (combo === "Escape") setListening(false);
          else take(combo);
        }}
      >
        {t("settings.key_change")}
      </Button>
      <Button
        size="small"
        type="text"
        disabled={overrides[action.id] === undefined}
        aria-label={t("settings.key_reset_for", { name })}
        onClick={() => onSet(null)}
      >
        {t("settings.key_reset")}
      </Button>
    </li>
  );
}
