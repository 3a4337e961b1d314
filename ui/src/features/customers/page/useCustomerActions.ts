import { useNavigate } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { call } from "../../../ipc/call";
import type { CustomerView } from "../../../ipc/contract";
import { type Action, useActions } from "../../../kit/keys/actions";
import { useGo } from "../../../kit/navigation";
import { useDeeds } from "../deeds";
import { useList } from "../list/state";

interface Questions {
  onTag: () => void;
  onDelete: () => void;
  onReveal: () => void;
}

export interface CustomerActions {
  edit: () => void;
  tag: () => void;
  remove: () => void;
  deleteNow: () => Promise<void>;
  previous: () => void;
  next: () => void;
  /** Whether the customer was opened from the list, so that there is a next one. */
  inList: boolean;
}

/** The actions of a customer's page. */
export function useCustomerActions(customer: CustomerView, questions: Questions): CustomerActions {
  const go = useGo();
  const deeds = useDeeds();
  const step = useStep();
  const inList = useList((state) => state.at >= 0 && state.active === customer.id);
  const latest = useRef(questions);
  latest.current = questions;
  const { id, may_edit: mayEdit, may_delete: mayDelete, may_reveal: mayReveal } = customer;
  const acts = useMemo(
    () => ({
      edit: () => go(`/customers/${id}/edit`),
      tag: () => latest.current.onTag(),
      remove: () => latest.current.onDelete(),
      deleteNow: async () => {
        if (await deeds.remove([id])) go("/customers");
      },
      previous: () => void step(-1).catch(deeds.failed),
      next: () => void step(1).catch(deeds.failed),
      inList,
    }),
    [id, go, deeds, step, inList],
  );
  const actions = useMemo<Action[]>(
    () => [
      { id: "customer.edit", labelKey: "customers.edit", keys: ["e"], scope: "screen", enabled: mayEdit, run: acts.edit },
      { id: "customer.tag", labelKey: "customers.tag", keys: ["t"], scope: "screen", enabled: mayEdit, run: acts.tag },
      { id: "customer.delete", labelKey: "customers.delete", keys: ["Delete"], scope: "screen", enabled: mayDelete, run: acts.remove },
      {
        id: "customer.reveal",
        labelKey: "customers.reveal_any",
        keys: ["Alt+U"],
        scope: "screen",
        enabled: mayReveal,
        run: () => latest.current.onReveal(),
      },
      { id: "customer.previous", labelKey: "customers.previous", keys: ["Alt+K"], scope: "screen", enabled: inList, run: acts.previous },
      { id: "customer.next", labelKey: "customers.next", keys: ["Alt+J"], scope: "screen", enabled: inList, run: acts.next },
    ],
    [acts, inList, mayEdit, mayDelete, mayReveal],
  );
  useActions(actions);
  return acts;
}

/** Goes to the customer before or after in the list, as the list is asked and ordered now. */
function useStep(): (by: 1 | -1) => Promise<void> {
  const navigate = useNavigate();
  return useMemo(
    () => async (by) => {
      const { query, at } = useList.getState();
      const to = at + by;
      if (at < 0 || to < 0) return;
      const { rows } = await call("customers_page", { query, columns: [], offset: to, limit: 1 });
      const [row] = rows;
      if (!row) return;
      useList.setState({ active: row.id, at: to });
      await navigate({ to: `/customers/${row.id}`, replace: true });
    },
    [navigate],
  );
}
