import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Feature } from "../../ipc/contract";
import type { LabelKey } from "../../kit/words";

/** A deleted record is told as a field of its own. */
export const DELETED = "deleted";

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

/** A value as the user knows it: a choice in words, an empty one as such. */
export function useValue(): (field: string, value: string | null) => string {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => (field, value) => {
      if (value === null || value === "") return t("sync.empty_value");
      const key = `customers.word_${field}.${value}`;
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
