import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Feature } from "../../ipc/contract";
import type { LabelKey } from "../../kit/words";

/** A deleted record is told as a field of its own. */
export const DELETED = "deleted";
/** The field of a tag that holds the word of its colour. */
const COLOUR = "colour";

/** The name of a field, also of one from a newer release. */
export function useFieldName(): (field: string) => string {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => (field) => {
      if (field === DELETED) return t("sync.field_deleted");
      const key = [`sync.field_${field}`, `customers.fields.${field}`].find((one) => i18n.exists(one));
      return key ? String(t(key as LabelKey)) : field;
    },
    [t, i18n],
  );
}

/** The word of a choice, also of a tag's colour; a word from a newer release is shown as it came. */
export function useChoiceWord(): (field: string, value: string) => string {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => (field, value) => {
      const key = field === COLOUR ? `tags.colour_${value}` : `customers.word_${field}.${value}`;
      return i18n.exists(key) ? String(t(key as LabelKey)) : value;
    },
    [t, i18n],
  );
}

/** What kind of record a change is about. */
export function useEntityName(): (entity: Feature) => string {
  const { t } = useTranslation();
  return (entity) => (entity === "tags" ? t("nav.tags") : entity === "customers" ? t("nav.customers") : t("sync.other_record"));
}
