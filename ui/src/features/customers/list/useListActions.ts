import { type RefObject, useMemo, useRef } from "react";
import type { Field } from "../../../ipc/contract";
import { countSelected } from "../../../kit/grid/selection";
import { handOver } from "../../../kit/handover";
import { type Action, useActions } from "../../../kit/keys/actions";
import { useGo } from "../../../kit/navigation";
import { selectedIds, useDeeds } from "../deeds";
import type { Asked } from "./ListDialogs";
import { fieldsOf } from "./question";
import { useList } from "./state";

interface ListDeeds {
  total: number;
  opener: RefObject<HTMLButtonElement | null>;
  onAsk: (asked: Asked) => void;
  onColumns: () => void;
}

/** The actions of the list, as keys, in the palette, and for the buttons. */
export function useListActions(p: ListDeeds): { tag: () => void; exportThem: () => void; remove: () => void } {
  const go = useGo();
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
      const fields: Field[] = fieldsOf(columns);
      // All of a list, or nothing in particular: its question says who. Picked customers go by name, however many they are.
      const picked = selection.ids.size === 0 ? null : handOver(await selectedIds(query, selection));
      go("/exports", { query: JSON.stringify(query), columns: JSON.stringify(fields), ...(picked !== null && { picked }) });
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
  }, [go, failed]);
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
