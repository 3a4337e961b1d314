import { Button } from "antd";
import { Pencil, Trash2 } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { TagView } from "../../ipc/contract";
import { formatCount } from "../../kit/format/number";
import type { Column } from "../../kit/grid/types";
import { TagChip } from "../../kit/pills";
import { SyncPill } from "../../kit/SyncPill";

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
      { id: "sync", title: t("tags.sync"), width: 128, render: (tag) => <SyncPill mark={tag.sync} /> },
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
