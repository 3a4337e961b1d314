import "./settings.css";
import { InputNumber, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import type { Settings } from "../../ipc/contract";
import { useChangeSettings, useSettings } from "../../ipc/queries";
import { useErrorText } from "../../kit/ErrorText";
import { Page, Section } from "../../kit/Page";
import { SearchBox } from "../../kit/SearchBox";
import { Empty } from "../../kit/states";
import { toast } from "../../kit/toast";
import type { LabelKey } from "../../kit/words";
import { DataKey } from "./DataKey";
import { KeySettings } from "./KeySettings";
import { Row, type SettingRow } from "./Row";

type Change = (change: Partial<Settings>) => void;

/** Preferences of this workstation. Each takes effect at once and can be taken back. */
export default function SettingsPage() {
  const { t } = useTranslation();
  const settings = useSettings();
  const change = useChange();
  const [text, setText] = useState("");
  const fits = (...words: readonly string[]): boolean => words.some((word) => word.toLowerCase().includes(text.trim().toLowerCase()));
  const look = rowsOfLook(settings, change, t as never).filter((row) =>
    fits(t(row.label) as string, row.hint ? (t(row.hint) as string) : ""),
  );
  const security = rowsOfSecurity(settings, change).filter((row) => fits(t(row.label) as string, row.hint ? (t(row.hint) as string) : ""));
  const keys = fits(t("settings.section_keys"), t("settings.single_keys"));
  const nothing = look.length + security.length === 0 && !keys;
  return (
    <Page
      title={t("settings.title")}
      layout="text"
      toolbar={<SearchBox action="settings.search" placeholder="settings.search" value={text} onChange={setText} />}
    >
      {nothing && <Empty title={t("settings.empty")} />}
      <Rows title={t("settings.section_look")} rows={look} />
      <Rows title={t("settings.section_security")} rows={security} />
      {keys && <KeySettings settings={settings} change={change} />}
    </Page>
  );
}

/** Keeps a change; refused ones are told and taken back. */
function useChange(): Change {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { mutate } = useChangeSettings();
  const settings = useSettings();
  return (change) => {
    const before = Object.fromEntries(Object.keys(change).map((key) => [key, settings[key as keyof Settings]]));
    mutate(change, {
      onSuccess: () => toast({ text: t("settings.saved"), onUndo: () => mutate(before) }),
      onError: (thrown) => toast({ text: `${t("settings.failed")} ${errorText(asApiError(thrown))}`, tone: "danger" }),
    });
  };
}

const SCALES = [100, 110, 125, 150, 175, 200];

function rowsOfLook(settings: Settings, change: Change, t: (key: LabelKey) => string): SettingRow[] {
  const choice = (key: "theme" | "density" | "market_colour", words: Record<string, LabelKey>) => (labelledBy: string) => (
    <Segmented
      aria-labelledby={labelledBy}
      value={settings[key]}
      options={Object.entries(words).map(([value, word]) => ({ value, label: t(word) }))}
      onChange={(value) => change({ [key]: value })}
    />
  );
  return [
    {
      label: "settings.language",
      control: (labelledBy) => (
        <Segmented
          aria-labelledby={labelledBy}
          value={settings.language}
          options={[
            { value: "zh-CN", label: t("settings.language_zh") },
            { value: "en", label: t("settings.language_en") },
          ]}
          onChange={(language) => change({ language })}
        />
      ),
    },
    {
      label: "settings.theme",
      control: choice("theme", { light: "settings.theme_light", dark: "settings.theme_dark", system: "settings.theme_system" }),
    },
    {
      label: "settings.density",
      hint: "settings.density_hint",
      control: choice("density", {
        compact: "settings.density_compact",
        standard: "settings.density_standard",
        comfortable: "settings.density_comfortable",
      }),
    },
    {
      label: "settings.font_scale",
      hint: "settings.font_scale_hint",
      control: (labelledBy) => (
        <Select
          id={`${labelledBy}-value`}
          aria-labelledby={labelledBy}
          className="lq-settings-short"
          value={settings.font_scale}
          options={SCALES.map((value) => ({ value, label: `${value}%` }))}
          onChange={(font_scale) => change({ font_scale })}
        />
      ),
    },
    {
      label: "settings.market_colour",
      hint: "settings.market_colour_hint",
      control: choice("market_colour", { red_up: "settings.market_red_up", green_up: "settings.market_green_up" }),
    },
  ];
}

function rowsOfSecurity(settings: Settings, change: Change): SettingRow[] {
  return [
    {
      label: "settings.lock_minutes",
      hint: "settings.lock_minutes_hint",
      control: (labelledBy) => (
        <LockMinutes labelledBy={labelledBy} value={settings.lock_minutes} onChange={(lock_minutes) => change({ lock_minutes })} />
      ),
    },
    { label: "settings.rekey", hint: "settings.rekey_hint", control: () => <DataKey /> },
  ];
}

/** 1 to 60 minutes; kept when the field is left, not at every digit. */
function LockMinutes(p: { labelledBy: string; value: number; onChange: (minutes: number) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<number | null>(p.value);
  const commit = (): void => {
    const minutes = Math.round(Math.min(60, Math.max(1, typed ?? p.value)));
    setTyped(minutes);
    if (minutes !== p.value) p.onChange(minutes);
  };
  return (
    <InputNumber
      aria-labelledby={p.labelledBy}
      className="lq-settings-short"
      min={1}
      max={60}
      value={typed}
      onChange={setTyped}
      onBlur={commit}
      onPressEnter={commit}
      formatter={(value) => (value === undefined ? "" : t("settings.lock_minutes_value", { count: Number(value) }))}
      parser={(text) => Number((text ?? "").replace(/\D/g, ""))}
    />
  );
}

function Rows(p: { title: string; rows: readonly SettingRow[] }) {
  if (p.rows.length === 0) return null;
  return (
    <Section title={p.title}>
      {p.rows.map((row) => (
        <Row key={row.label} row={row} />
      ))}
    </Section>
  );
}
