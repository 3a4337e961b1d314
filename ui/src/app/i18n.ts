import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import zh from "../../locales/zh-CN.json";

export type Language = "zh-CN" | "en";

export const isLanguage = (word: string): word is Language => word === "zh-CN" || word === "en";

/** Chinese comes with the program's first file; English is read when it is asked for. */
export async function startWords(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "zh-CN",
    fallbackLng: "zh-CN",
    resources: { "zh-CN": { translation: zh } },
    contextSeparator: "|",
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await switchWords(language);
}

/** Changes the language of everything, without a reload. */
export async function switchWords(language: Language): Promise<void> {
  if (language === "en" && !i18next.hasResourceBundle("en", "translation")) {
    const words = await import("../../locales/en.json");
    i18next.addResourceBundle("en", "translation", words.default);
  }
  dayjs.locale(language === "en" ? "en" : "zh-cn");
  document.documentElement.lang = language;
  if (i18next.language !== language) await i18next.changeLanguage(language);
}
