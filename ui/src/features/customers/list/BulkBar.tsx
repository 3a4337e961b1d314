import { Button } from "antd";
import { FileDown, Tag, Trash2, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../../ipc/queries";
import { formatCount } from "../../../kit/format/number";
import { countSelected } from "../../../kit/grid/selection";
import { NOTHING } from "../../../kit/grid/types";
import { useAriaKeys } from "../../../kit/keys/Keys";
import { useList } from "./state";

interface BulkBarProps {
  total: number;
  onTag: () => void;
  onExport: () => void;
  onDelete: () => void;
}

/** What can be done with the selected customers, and how many they are. */
export function BulkBar(p: BulkBarProps) {
  const { t } = useTranslation();
  const may = useMay();
  const tagKeys = useAriaKeys("customers.tag");
  const selection = useList((state) => state.selection);
  const count = countSelected(selection, p.total);
  if (count === 0) return null;
  return (
    <div className="lq-customers-bulk" role="toolbar" aria-label={t("customers.bulk")}>
      <strong aria-live="polite">{t("customers.selected", { count, shown: formatCount(count) })}</strong>
      {count < p.total && (
        <Button type="link" size="small" onClick={() => useList.setState({ selection: { all: true, ids: new Set() } })}>
          {t("customers.select_all", { count: p.total, shown: formatCount(p.total) })}
        </Button>
      )}
      {may("customers_edit") && (
        <Button size="small" icon={<Tag size={14} aria-hidden />} aria-keyshortcuts={tagKeys} onClick={p.onTag}>
          {t("customers.tag")}
        </Button>
      )}
      {may("customers_export") && (
        <Button size="small" icon={<FileDown size={14} aria-hidden />} onClick={p.onExport}>
          {t("customers.export")}
        </Button>
      )}
      {may("customers_delete") && (
        <Button size="small" danger icon={<Trash2 size={14} aria-hidden />} onClick={p.onDelete}>
          {t("customers.delete")}
        </Button>
      )}
      <Button type="text" size="small" icon={<X size={14} aria-hidden />} onClick={() => useList.setState({ selection: NOTHING })}>
        {t("customers.select_none")}
      </Button>
    </div>
  );
}
