import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Feature } from "../../ipc/contract";
import type { LabelKey } from "../../kit/words";

/** A deleted record is told as a field of its own. */
export const DELETED = "deleted";
/** The field of a tag that holds the word of its colour. */
const COLOUR = "colour";
/** The field of a case that says how far it is. */
const STATE = "state";
/** What a case has from its customer: nobody typed it. */
const OF_CUSTOMER: readonly string[] = ["customer", "name", "branch"];

/** Whether an author typed what a change has in a field; what follows by itself is not worth telling. */
export const isTyped = (entity: Feature, field: string): boolean => entity !== "cases" || !OF_CUSTOMER.includes(field);

/** The name of a field, also of one from a newer release. */
export function useFieldName(): (field: string) => string {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => (field) => {
      if (field === DELETED) return t("sync.field_deleted");
      const key = [`sync.field_${field}`, `customers.fields.${field}`, `cases.fields.${field}`].find((one) => i18n.exists(one));
      return key ? String(t(key as LabelKey)) : field;
    },
    [t, i18n],
  );
}

/** The word of a choice, also of a tag's colour and a case's state; a word from a newer release is shown as it came. */
export function useChoiceWord(): (field: string, value: string) => string {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => (field, value) => {
      const own = { [COLOUR]: `tags.colour_${value}`, [STATE]: `cases.states.${value}` }[field];
      const key = own ?? `customers.word_${field}.${value}`;
      return i18n.exists(key) ? String(t(key as LabelKey)) : value;
    },
    [t, i18n],
  );
}

/** What kind of record a change is about. */
export function useEntityName(): (entity: Feature) => string {
  const { t } = useTranslation();
  const names: Partial<Record<Feature, string>> = { tags: t("nav.tags"), customers: t("nav.customers"), cases: t("cases.one") };
  return (entity) => names[entity] ?? t("sync.other_record");
}
