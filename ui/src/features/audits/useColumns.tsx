import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AuditRow } from "../../ipc/contract";
import { formatTime } from "../../kit/format/dates";
import type { Column } from "../../kit/grid/types";
import { useAuditWords } from "./words";

/** Columns of the list: who did what to which record, when, where and why. */
export function useColumns(): readonly Column<AuditRow>[] {
  const { t } = useTranslation();
  const words = useAuditWords();
  return useMemo(
    () => [
      {
        id: "at",
        title: t("audits.at"),
        width: 176,
        fixed: true,
        opens: true,
        render: (row) => <time dateTime={new Date(row.at).toISOString()}>{formatTime(row.at)}</time>,
      },
      { id: "user", title: t("audits.user"), width: 104, render: words.user },
      { id: "action", title: t("audits.action"), width: 136, render: (row) => words.action(row.action) },
      { id: "record", title: t("audits.record"), width: 176, render: words.record },
      {
        id: "fields",
        title: t("audits.changed"),
        width: 216,
        render: (row) => row.fields.map((field) => words.field(row, field)).join(t("common.list_comma")),
      },
      { id: "device", title: t("audits.device"), width: 128, render: words.device },
      { id: "reason", title: t("audits.reason"), width: 168, render: (row) => row.reason },
    ],
    [t, words],
  );
}
