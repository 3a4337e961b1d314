import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CustomerRow, Field, TagView } from "../../../ipc/contract";
import { useTags } from "../../../ipc/records";
import { formatTime } from "../../../kit/format/dates";
import { formatMoney } from "../../../kit/format/money";
import { formatCount } from "../../../kit/format/number";
import type { Column } from "../../../kit/grid/types";
import { StatusPill, TagChip } from "../../../kit/pills";
import { SyncPill } from "../../../kit/SyncPill";
import { fieldKey, useShown } from "../words";
import { DEFAULT_COLUMNS } from "./state";

const SORTABLE = new Set(["name", "birth_date", "income", "assets", "risk_grade", "created_at", "updated_at"]);
const AMOUNTS = new Set(["income", "assets", "age"]);

/** The columns of the list. */
export function useColumns(): Column<CustomerRow>[] {
  const { t } = useTranslation();
  const shown = useShown();
  const tags = useTags();
  return useMemo(
    () =>
      DEFAULT_COLUMNS.map(({ id, width }): Column<CustomerRow> => {
        const field = id as Field;
        return {
          id,
          title: t(fieldKey(field)),
          width,
          align: AMOUNTS.has(id) ? "end" : "start",
          sortable: SORTABLE.has(id),
          ...(id === "name" && { opens: true, fixed: true }),
          render: (row) => cell(row, id, tags, shown),
        };
      }),
    [t, shown, tags],
  );
}

function cell(row: CustomerRow, id: string, tags: readonly TagView[], shown: ReturnType<typeof useShown>) {
  const value = row.values[id as Field] ?? "";
  if (id === "sync") return row.sync === "synced" ? null : <SyncPill mark={row.sync} />;
  if (id === "age") return row.age === null ? "" : formatCount(row.age);
  if (id === "created_at" || id === "updated_at") return formatTime(row[id]);
  if (value === "") return "";
  if (id === "tags") return <RowTags ids={value.split(" ")} tags={tags} />;
  if (id === "income" || id === "assets") return /^-?\d+$/.test(value) ? formatMoney(value) : value;
  if (id === "risk_grade") return <StatusPill>{value}</StatusPill>;
  return shown(id, value, row.labels);
}

/** As many tags as the column has room for, and how many more there are. The style sheet knows the room. */
function RowTags(p: { ids: readonly string[]; tags: readonly TagView[] }) {
  const found = p.ids.flatMap((id) => p.tags.find((tag) => tag.id === id) ?? []);
  const [first, second] = found;
  return (
    <span className="lq-customers-tags" title={found.map((tag) => tag.name).join(" ")}>
      {first && <TagChip name={first.name} colour={first.colour} />}
      {second && (
        <>
          <More className="lq-customers-tags-narrow" count={found.length - 1} />
          <span className="lq-customers-tags-wide">
            <TagChip name={second.name} colour={second.colour} />
            <More count={found.length - 2} />
          </span>
        </>
      )}
    </span>
  );
}

const More = (p: { count: number; className?: string }) =>
  p.count > 0 && <span className={`lq-note ${p.className ?? ""}`}>+{formatCount(p.count)}</span>;
