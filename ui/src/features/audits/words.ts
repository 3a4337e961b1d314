/** Words for deeds, fields and their values. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AuditField, AuditRow } from "../../ipc/contract";
import { useKnown } from "../../ipc/records";
import { useReadValue } from "../../kit/useReadValue";
import type { LabelKey } from "../../kit/words";

/** What is done at a branch, in the order of the choice. */
export const ACTIONS = [
  "create",
  "update",
  "delete",
  "restore",
  "refused",
  "customers_reveal",
  "customers_export",
  "customers_import",
  "customers_import_undo",
  "backups_restore",
  "sign_in",
  "password_set",
  "audit_gap",
  "audit_broken",
] as const;

interface AuditWords {
  /** The deed; one from a newer release is shown as it came. */
  action: (action: string) => string;
  /** The record, by its name if this computer knows one, with what it is. */
  record: (row: AuditRow) => string;
  user: (row: AuditRow) => string;
  device: (row: AuditRow) => string;
  field: (row: AuditRow, field: AuditField) => string;
  value: (row: AuditRow, field: AuditField, value: string) => string;
}

/** The first characters of an id: enough to tell two apart. */
export const short = (id: string): string => id.slice(0, 8);

export function useAuditWords(): AuditWords {
  const { t, i18n } = useTranslation();
  const known = useKnown();
  const word = useMemo(
    () =>
      (prefixes: readonly string[], name: string): string => {
        const key = prefixes.map((prefix) => `${prefix}.${name}`).find((one) => i18n.exists(one));
        return key ? String(t(key as LabelKey)) : name;
      },
    [t, i18n],
  );
  const choice = useMemo(() => (field: string, value: string) => word([`customers.word_${field}`], value), [word]);
  const read = useReadValue(known, choice);
  return useMemo(() => {
    const named = (name: string, id: string | null): string => name || (id ? short(id) : "");
    const fields = ["customers.fields", "audits.fields", "cases.fields"];
    const entity = (row: AuditRow): string => (row.entity ? word(["audits.entities"], row.entity) : "");
    return {
      action: (action) => word(["audits.actions"], action),
      record: (row) => (row.record ? t("audits.record_of", { entity: entity(row), name: named(row.record_name, row.record) }) : ""),
      user: (row) => named(row.user_name, row.user) || t("audits.nobody"),
      device: (row) => named(row.device_name, row.device),
      field: (_row, field) => word(fields, field.name),
      value: (row, field, value) => {
        if (field.name === "field") return word(fields, value);
        return row.entity === "customers" ? read(field.name, value) : value;
      },
    };
  }, [t, word, read]);
}
