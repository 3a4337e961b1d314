import { type RefObject, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "../../../ipc/contract";
import { formatCount } from "../../../kit/format/number";
import { countSelected } from "../../../kit/grid/selection";
import { type Action, useActions } from "../../../kit/keys/actions";
import { useGo } from "../../../kit/navigation";
import { toast } from "../../../kit/toast";
import { selectedIds, useDeeds } from "../deeds";
import { fieldsOf } from "./columns";
import type { Asked } from "./ListDialogs";
import { useList } from "./state";

/** Most customers that are handed over one by one. All of a list are handed over as its question, however many they are. */
const MOST_NAMED = 20_000;

interface ListDeeds {
  total: number;
  opener: RefObject<HTMLButtonElement | null>;
  onAsk: (asked: Asked) => void;
  onColumns: () => void;
}

/** The actions of the list, as keys, in the palette, and for the buttons. */
export function useListActions(p: ListDeeds): { tag: () => void; exportThem: () => void; remove: () => void } {
  const go = useGo();
  const { t } = useTranslation();
  const { failed } = useDeeds();
  const latest = useRef(p);
  latest.current = p;
  const deeds = useMemo(() => {
    /** What is selected; with nothing selected, the row with the focus. */
    const about = (deed: "tag" | "delete"): void => {
      const { total, onAsk } = latest.current;
      const { selection, active } = useList.getState();
      if (countSelected(selection, total) > 0) onAsk({ deed });
      else if (active) onAsk({ deed, ids: [active] });
    };
    const exportThem = async (): Promise<void> => {
      const { query, selection, columns } = useList.getState();
      const whole = selection.ids.size === 0;
      const ids = whole ? null : await selectedIds(query, selection);
      if (ids && ids.length > MOST_NAMED) {
        toast({ text: t("customers.export_many", { shown: formatCount(MOST_NAMED) }), tone: "info" });
        return;
      }
      const fields: Field[] = fieldsOf(columns);
      go("/exports", { query: JSON.stringify(query), columns: JSON.stringify(fields), ...(ids && { ids: JSON.stringify(ids) }) });
    };
    return {
      tag: () => about("tag"),
      remove: () => about("delete"),
      exportThem: () => void exportThem().catch(failed),
      edit: () => {
        const { active } = useList.getState();
        if (active) go(`/customers/${active}/edit`);
      },
      create: () => go("/customers/new"),
    };
  }, [go, failed, t]);
  const actions = useMemo<Action[]>(
    () => [
      {
        id: "customers.new",
        labelKey: "customers.new",
        keys: ["n"],
        scope: "screen",
        permission: "customers_create",
        keyOnly: true,
        run: deeds.create,
      },
      {
        id: "customers.edit",
        labelKey: "customers.edit",
        keys: ["e"],
        scope: "screen",
        permission: "customers_edit",
        run: deeds.edit,
      },
      {
        id: "customers.tag",
        labelKey: "customers.tag",
        keys: ["t"],
        scope: "screen",
        permission: "customers_edit",
        aliases: "dabiaoqian dbq",
        run: deeds.tag,
      },
      {
        id: "customers.delete",
        labelKey: "customers.delete",
        keys: ["Delete"],
        scope: "screen",
        permission: "customers_delete",
        run: deeds.remove,
      },
      {
        id: "customers.filter",
        labelKey: "customers.filter_add",
        keys: ["f"],
        scope: "screen",
        aliases: "shaixuan sx",
        run: () => latest.current.opener.current?.click(),
      },
      {
        id: "customers.columns",
        labelKey: "customers.columns_title",
        keys: ["v"],
        scope: "screen",
        aliases: "xuanze lie",
        run: () => latest.current.onColumns(),
      },
      {
        id: "customers.export",
        labelKey: "customers.export",
        keys: ["Ctrl+Shift+E"],
        scope: "screen",
        permission: "customers_export",
        aliases: "daochu dc",
        run: deeds.exportThem,
      },
    ],
    [deeds],
  );
  useActions(actions);
  return deeds;
}
