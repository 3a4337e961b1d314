import { useTranslation } from "react-i18next";
import { formatMoney } from "./format/money";

const YUAN = "CNY";

/** `1,234.56 元`, `1,234.56 美元`; in English the code of the currency. */
export function useAmount(): (minor: number, currency?: string) => string {
  const { t, i18n } = useTranslation();
  return (minor, currency = YUAN) => {
    const unit = currency === YUAN ? t("common.yuan") : currencyName(currency, i18n.language);
    return `${formatMoney(minor)} ${unit}`;
  };
}

/** `USD` → `美元`; a code that is none stays. */
function currencyName(code: string, language: string): string {
  if (!language.startsWith("zh") || !/^[A-Z]{3}$/.test(code)) return code;
  return new Intl.DisplayNames(language, { type: "currency" }).of(code) ?? code;
}
