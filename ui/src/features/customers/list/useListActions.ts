import { type RefObject, useMemo, useRef } from "react";
import type { Field } from "../../../ipc/contract";
import { countSelected } from "../../../kit/grid/selection";
import { type Action, useActions } from "../../../kit/keys/actions";
import { useGo } from "../../../kit/navigation";
import { selectedIds, useDeeds } from "../deeds";
import { fieldsOf } from "./columns";
import type { Asked } from "./ListDialogs";
import { useList } from "./state";

interface ListDeeds {
  total: number;
  /** The customer whose row has the focus. */
  active: RefObject<string | null>;
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
      const { total, active, onAsk } = latest.current;
      if (countSelected(useList.getState().selection, total) > 0) onAsk({ deed });
      else if (active.current) onAsk({ deed, ids: [active.current] });
    };
    const exportThem = async (): Promise<void> => {
      const { query, selection, columns } = useList.getState();
      const whole = selection.ids.size === 0;
      const ids = whole ? null : await selectedIds(query, selection);
      const fields: Field[] = fieldsOf(columns);
      go("/exports", { query: JSON.stringify(query), columns: JSON.stringify(fields), ...(ids && { ids: JSON.stringify(ids) }) });
    };
    return {
      tag: () => about("tag"),
      remove: () => about("delete"),
      exportThem: () => void exportThem().catch(failed),
      edit: () => latest.current.active.current && go(`/customers/${latest.current.active.current}/edit`),
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
        run: () => void deeds.edit(),
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
