import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ConflictView, Feature } from "../../ipc/contract";
import { Value } from "./Value";
import { DELETED } from "./words";

interface SideValueProps {
  conflict: ConflictView;
  entity: Feature;
  side: "base" | "mine" | "theirs";
}

/** What a side has; where one side deleted the record, what choosing it means. */
export function SideValue({ conflict, entity, side }: SideValueProps) {
  const { t } = useTranslation();
  if (conflict.field !== DELETED) return <Value field={conflict.field} value={conflict[side]} />;
  return t(entity === "tags" ? `sync.tag_deleted_${side}` : `sync.deleted_${side}`);
}

/** A value with whose it is before it, in a line of text. */
export function Side(p: { name: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <span>
      {t("sync.side", { side: p.name })}
      {p.children}
    </span>
  );
}
