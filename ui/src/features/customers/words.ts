/** Words for fields and their values. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Channel, Field, FieldView, SyncMark } from "../../ipc/contract";
import { formatDay } from "../../kit/format/dates";
import { formatMoney } from "../../kit/format/money";
import { formatPhone } from "../../kit/format/phone";
import type { LabelKey } from "../../kit/words";
import { useBranches, useColleagues, useDivisionPath, useFields, useTags } from "./data";

/** Columns of the list that are no field. */
export const FACTS = ["age", "sync", "created_at", "updated_at"] as const;
export type Fact = (typeof FACTS)[number];
export type ColumnId = Field | Fact;

export const fieldKey = (field: ColumnId): LabelKey => `customers.fields.${field}`;
export const syncKey = (mark: SyncMark): LabelKey => `customers.word_sync.${mark}`;
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
  const { t } = useTranslation();
  const choice = useChoiceWord();
  const tags = useTags();
  const users = useColleagues();
  const branches = useBranches();
  const shapes = useShapes();
  return useMemo(() => {
    const named = (list: readonly { id: string; name: string }[], id: string): string => list.find((one) => one.id === id)?.name ?? id;
    return (field, value, labels) => {
      if (labels?.[field]) return labels[field];
      const shape = shapes.get(field);
      if (shape === "choice") return choice(field, value);
      if (shape === "money") return /^-?\d+$/.test(value) ? `${formatMoney(value)} ${t("common.yuan")}` : value;
      if (shape === "mobile") return formatPhone(value);
      if (shape === "phones")
        return value
          .split(" ")
          .map(formatPhone)
          .join(String(t("customers.list_comma")));
      if (shape === "expiry" && value === "long_term") return t("customers.long_term");
      if (shape === "user") return named(users, value);
      if (shape === "branch") return named(branches, value);
      const all = value.split(" ").filter(Boolean);
      return shape === "tags" ? all.map((id) => named(tags, id)).join(String(t("customers.list_comma"))) : value;
    };
  }, [t, choice, tags, users, branches, shapes]);
}

function useShapes(): Map<string, FieldView["shape"]> {
  const fields = useFields();
  return useMemo(() => new Map(fields.map((one) => [one.field, one.shape])), [fields]);
}

/** The full name of a division, once it is known. */
export const useDivisionName = (code: string): string => {
  const path = useDivisionPath(code);
  return path.length === 0 ? code : path.map((one) => one.name).join(" ");
};

/** The present day of this workstation, for day fields. */
export const today = (): string => formatDay(Date.now());
