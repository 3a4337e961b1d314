import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CaseView } from "../../ipc/contract";
import { formatTime } from "../../kit/format/dates";
import type { Column } from "../../kit/grid/types";
import { SyncPill } from "../../kit/SyncPill";
import { StatePill } from "./StatePill";

/** Columns of the list; without a server there is nothing to be in step with. */
export function useColumns(joined: boolean): readonly Column<CaseView>[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const all: Column<CaseView>[] = [
      { id: "name", title: t("cases.fields.customer"), width: 144, fixed: true, opens: true, render: (one) => one.name },
      { id: "state", title: t("cases.fields.state"), width: 136, render: (one) => <StatePill state={one.state} /> },
      { id: "narrative", title: t("cases.fields.narrative"), width: 320, render: (one) => one.narrative },
      { id: "branch", title: t("cases.branch"), width: 168, render: (one) => one.branch_name },
      { id: "opened", title: t("cases.opened"), width: 144, render: (one) => <Time at={one.opened_at} /> },
      { id: "updated", title: t("cases.updated"), width: 144, render: (one) => <Time at={one.updated_at} /> },
      { id: "sync", title: t("cases.sync"), width: 104, render: (one) => <SyncPill mark={one.sync} /> },
    ];
    return joined ? all : all.filter(({ id }) => id !== "sync");
  }, [joined, t]);
}

function Time({ at }: { at: number }) {
  return <time dateTime={new Date(at).toISOString()}>{formatTime(at)}</time>;
}
