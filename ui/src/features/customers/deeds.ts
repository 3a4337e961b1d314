/** What can be done to customers from the list and from the page: each is told, and can be taken back. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { CustomerId, CustomerQuery, Saved, TagId } from "../../ipc/contract";
import { useErrorText } from "../../kit/ErrorText";
import { formatCount } from "../../kit/format/number";
import { isSelected } from "../../kit/grid/selection";
import type { Selection } from "../../kit/grid/types";
import { toast } from "../../kit/toast";

/** Most rows the use cases give at once. */
const MOST = 500;

/** The customers that are selected, in the order of the list. */
export async function selectedIds(query: CustomerQuery, selection: Selection): Promise<CustomerId[]> {
  if (!selection.all) return [...selection.ids];
  const ids: CustomerId[] = [];
  for (let offset = 0; ; offset += MOST) {
    const { rows, total } = await call("customers_page", { query, columns: [], offset, limit: MOST });
    for (const row of rows) if (isSelected(selection, row.id)) ids.push(row.id);
    if (offset + MOST >= total || rows.length === 0) return ids;
  }
}

export interface Deeds {
  remove: (ids: readonly CustomerId[]) => Promise<boolean>;
  tag: (ids: readonly CustomerId[], add: readonly TagId[], remove: readonly TagId[]) => Promise<boolean>;
  /** Tells what was done, with the way back. */
  told: (saved: Saved, text: string) => void;
  /** Tells why something was not done. */
  failed: (thrown: unknown) => void;
}

export function useDeeds(): Deeds {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return useMemo(() => {
    const failed = (thrown: unknown): void => {
      toast({ text: t("customers.failed", { reason: errorText(asApiError(thrown)) }), tone: "danger" });
    };
    const undo = (key: string) => async (): Promise<void> => {
      try {
        await call("customers_undo", { undo: key });
        toast({ text: t("customers.undone"), tone: "info", lasts: 3000 });
      } catch (thrown) {
        failed(thrown);
      }
    };
    const told = (saved: Saved, text: string): void => void toast({ text, ...(saved.undo && { onUndo: undo(saved.undo) }) });
    const done = async (deed: Promise<Saved>, text: (count: number) => string): Promise<boolean> => {
      try {
        const saved = await deed;
        told(saved, text(saved.ids.length));
        return true;
      } catch (thrown) {
        failed(thrown);
        return false;
      }
    };
    return {
      told,
      failed,
      remove: (ids) =>
        done(call("customers_delete", { ids: [...ids] }), (count) => t("customers.deleted", { count, shown: formatCount(count) })),
      tag: (ids, add, remove) =>
        done(call("customers_tag", { ids: [...ids], add: [...add], remove: [...remove] }), (count) =>
          t("customers.tagged", { count, shown: formatCount(count) }),
        ),
    };
  }, [t, errorText]);
}
