/** Words for fields and their values. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Channel, Field } from "../../ipc/contract";
import { useKnown } from "../../ipc/records";
import { formatDay } from "../../kit/format/dates";
import { useReadValue } from "../../kit/useReadValue";
import type { LabelKey } from "../../kit/words";

/** Columns of the list that are no field. */
export const FACTS = ["age", "sync", "created_at", "updated_at"] as const;
export type Fact = (typeof FACTS)[number];
export type ColumnId = Field | Fact;

export const fieldKey = (field: ColumnId): LabelKey => `customers.fields.${field}`;
export const channelKey = (channel: Channel): LabelKey => `customers.word_channel.${channel}`;

const CHOICES = ["kind", "gender", "document_type", "risk_grade", "source"] as const;
type ChoiceField = (typeof CHOICES)[number];
export const isChoice = (field: string): field is ChoiceField => (CHOICES as readonly string[]).includes(field);

/** The word of a choice; a word from a newer release is shown as it came. */
export function useChoiceWord(): (field: string, value: string) => string {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => (field, value) => {
      const key = `customers.word_${field}.${value}`;
      return isChoice(field) && i18n.exists(key) ? String(t(key as LabelKey)) : value;
    },
    [t, i18n],
  );
}

/** The name of a field, also of one from a newer release. A company has no surname: its name is called otherwise. */
export function useFieldWord(): (field: string, kind?: string | undefined) => string {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => (field, kind) => {
      const key = field === "name" && kind === "corporate" ? "customers.fields.company_name" : `customers.fields.${field}`;
      return i18n.exists(key) ? String(t(key as LabelKey)) : field;
    },
    [t, i18n],
  );
}

/** Shows a canonical value. `labels` are the names that the use cases give for people, branches and places. */
export function useShown(): (field: string, value: string, labels?: Partial<Record<string, string>>) => string {
  const read = useReadValue(useKnown(), useChoiceWord());
  return useMemo(() => (field, value, labels) => labels?.[field] ?? read(field, value), [read]);
}

/** The present day of this workstation, for day fields. */
export const today = (): string => formatDay(Date.now());
