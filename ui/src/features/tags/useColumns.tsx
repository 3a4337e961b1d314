import { Button } from "antd";
import { CloudUpload, Pencil, Trash2, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { SyncMark, TagView } from "../../ipc/contract";
import { formatCount } from "../../kit/format/number";
import type { Column } from "../../kit/grid/types";
import { StatusPill, TagChip } from "../../kit/pills";

interface Deeds {
  may: boolean;
  /** Without a server there is nothing to be in step with. */
  joined: boolean;
  onAsk: (asked: { deed: "edit" | "delete"; tag: TagView }) => void;
}

/** Columns of the list; the buttons are absent without the right. */
export function useColumns({ may, joined, onAsk }: Deeds): readonly Column<TagView>[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const all: Column<TagView>[] = [
      { id: "name", title: t("tags.name"), width: 240, fixed: true, render: (tag) => <TagChip name={tag.name} colour={tag.colour} /> },
      { id: "customers", title: t("tags.customers"), width: 112, align: "end", render: (tag) => formatCount(tag.customers) },
      { id: "sync", title: t("tags.sync"), width: 128, render: (tag) => <Mark mark={tag.sync} /> },
    ];
    const columns = all.filter(({ id }) => joined || id !== "sync");
    const deeds: Column<TagView> = {
      id: "deeds",
      title: t("tags.deeds"),
      width: 160,
      render: (tag) => (
        <span className="lq-tags-deeds">
          <Button
            type="text"
            size="small"
            icon={<Pencil size={13} aria-hidden />}
            aria-label={t("tags.edit_of", { name: tag.name })}
            onClick={() => onAsk({ deed: "edit", tag })}
          >
            {t("common.edit")}
          </Button>
          <Button
            type="text"
            size="small"
            icon={<Trash2 size={13} aria-hidden />}
            aria-label={t("tags.delete_of", { name: tag.name })}
            onClick={() => onAsk({ deed: "delete", tag })}
          >
            {t("common.delete")}
          </Button>
        </span>
      ),
    };
    return may ? [...columns, deeds] : columns;
  }, [may, joined, onAsk, t]);
}

/** A tag that is as the server has it needs no mark. */
function Mark({ mark }: { mark: SyncMark }) {
  const { t } = useTranslation();
  if (mark === "synced") return null;
  const bad = mark === "refused" || mark === "conflict";
  return (
    <StatusPill tone={bad ? "warning" : "neutral"} icon={bad ? TriangleAlert : CloudUpload}>
      {t(`tags.sync_${mark}`)}
    </StatusPill>
  );
}
