import { theme as antd, ConfigProvider } from "antd";
import type { Locale } from "antd/lib/locale";
import zhCN from "antd/locale/zh_CN";
import { type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { getBackend } from "../ipc/call";
import { useSettings } from "../ipc/queries";
import { useRegistry } from "../kit/keys/actions";
import { type Density, type Look, LookContext } from "../kit/look";
import { antdTheme, type Mode } from "../kit/theme/antdTheme";
import { isLanguage, switchWords } from "./i18n";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const onSystemMode = (told: () => void): (() => void) => {
  dark.addEventListener("change", told);
  return () => dark.removeEventListener("change", told);
};

const THEMES = {
  light: antdTheme("light", antd.defaultAlgorithm),
  dark: antdTheme("dark", antd.darkAlgorithm),
};
const SIZES = { compact: "small", standard: "medium", comfortable: "large" } as const;

const isDensity = (word: string): word is Density => word in SIZES;

/** Puts the settings into effect: language, theme, density, size, keys. No reload, no flash. */
export function LookProvider(p: { children: ReactNode }) {
  const settings = useSettings();
  const system: Mode = useSyncExternalStore(onSystemMode, () => (dark.matches ? "dark" : "light"));
  const mode: Mode = settings.theme === "light" || settings.theme === "dark" ? settings.theme : system;
  const density: Density = isDensity(settings.density) ? settings.density : "standard";
  const look = useMemo<Look>(() => ({ mode, density }), [mode, density]);
  const locale = useAntdWords(settings.language);
  useEffect(() => {
    Object.assign(document.documentElement.dataset, { theme: mode, density, market: settings.market_colour });
  }, [mode, density, settings.market_colour]);
  useEffect(() => void getBackend().zoom(settings.font_scale / 100), [settings.font_scale]);
  useEffect(() => {
    if (isLanguage(settings.language)) void switchWords(settings.language);
  }, [settings.language]);
  useEffect(
    () => useRegistry.setState({ overrides: settings.keys, singleKeys: settings.single_keys }),
    [settings.keys, settings.single_keys],
  );
  return (
    <LookContext value={look}>
      <ConfigProvider
        theme={THEMES[mode]}
        locale={locale}
        componentSize={SIZES[density]}
        button={{ autoInsertSpace: false }}
        wave={{ disabled: true }}
      >
        {p.children}
      </ConfigProvider>
    </LookContext>
  );
}

/** Ant Design's own words; the English ones are read when asked for. */
function useAntdWords(language: string): Locale {
  const [words, setWords] = useState<Locale>(zhCN);
  useEffect(() => {
    if (language !== "en") return setWords(zhCN);
    let here = true;
    void import("antd/locale/en_US").then((read) => here && setWords(read.default));
    return () => {
      here = false;
    };
  }, [language]);
  return words;
}
