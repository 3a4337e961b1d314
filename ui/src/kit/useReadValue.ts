import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { formatMoney } from "./format/money";
import { formatPhone } from "./format/phone";

interface Named {
  id: string;
  name: string;
}

/** The lists that values refer to. */
export interface Known {
  /** Each field with the shape of its text, for example `money`. */
  fields: readonly { field: string; shape: string }[];
  tags: readonly Named[];
  users: readonly Named[];
  branches: readonly Named[];
}

/**
 * Shows a canonical value of a record as a person reads it: amounts, numbers, names instead of ids, choices by `choice`. What has
 * no name is shown as it came. Divisions are not read here: their names take a question place by place.
 */
export function useReadValue(known: Known, choice: (field: string, value: string) => string): (field: string, value: string) => string {
  const { t } = useTranslation();
  return useMemo(() => {
    const shapes = new Map(known.fields.map((one) => [one.field, one.shape]));
    const name = (list: readonly Named[], id: string): string => list.find((one) => one.id === id)?.name ?? id;
    const each = (value: string, show: (part: string) => string): string =>
      value.split(" ").filter(Boolean).map(show).join(t("common.list_comma"));
    return (field, value) => {
      switch (shapes.get(field)) {
        case "money":
          return /^-?\d+$/.test(value) ? `${formatMoney(value)} ${t("common.yuan")}` : value;
        case "mobile":
          return formatPhone(value);
        case "phones":
          return each(value, formatPhone);
        case "expiry":
          return value === "long_term" ? t("common.long_term") : value;
        case "user":
          return name(known.users, value);
        case "branch":
          return name(known.branches, value);
        case "tags":
          return each(value, (id) => name(known.tags, id));
        default:
          return choice(field, value);
      }
    };
  }, [t, known, choice]);
}
