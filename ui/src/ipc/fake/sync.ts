import type { ConflictView, PendingView, SyncMark, SyncView } from "../bindings";
import { type FakeStore, type Handlers, refuse } from "./store";

type SyncCommands = Pick<Handlers, Extract<keyof Handlers, `sync_${string}`>>;

export function syncCommands(store: FakeStore): SyncCommands {
  return {
    sync_state: () => stateOf(store),
    sync_run: () => {
      if (!store.sync.joined) return refuse("not_joined");
      if (store.sync.state === "offline") return refuse("server_unreachable");
      store.sync = { ...store.sync, state: "running" };
      store.emit("sync", null);
      setTimeout(() => finish(store), 600);
      return stateOf(store);
    },
    sync_queue: () => ({
      pending: waitingOf(store).slice(0, 200),
      refused: store.refused,
      conflicts: [...conflictsOf(store), ...caseConflictsOf(store)],
    }),
    sync_rounds: () => store.rounds,
    sync_settle: ({ change }) => {
      const record = [...store.customers, ...store.cases].find((one) => `change-${one.id}` === change) ?? refuse("not_found");
      record.sync = "pending";
      store.emit("changed", { features: ["customers", "cases", "sync"] });
      return null;
    },
    sync_retry: ({ change }) => leave(store, change, "pending"),
    sync_discard: ({ change }) => leave(store, change, "synced"),
  };
}

function waitingOf(store: FakeStore): PendingView[] {
  const change = (one: { id: string; updated_at: number }) => ({ change: `change-${one.id}`, made_at: one.updated_at, refused: null });
  const customers = store.customers.filter((one) => one.sync === "pending");
  const cases = store.cases.filter((one) => one.sync === "pending");
  return [
    ...customers.map((one) => ({
      ...change(one),
      entity: "customers" as const,
      customer: one.id,
      name: one.values.name ?? "",
      fields: one.history[0]?.fields.map((field) => field.field) ?? ["mobile"],
    })),
    ...cases.map((one) => ({
      ...change(one),
      entity: "cases" as const,
      customer: null,
      name: one.name,
      fields: one.revision === 0 ? ["customer", "name", "branch", "narrative", "state"] : ["narrative", "state", "conclusion"],
    })),
  ];
}

/** Fields of customers that wait for a choice. */
export const conflictsOf = (store: FakeStore): ConflictView[] =>
  store.customers
    .filter((one) => one.sync === "conflict" && !one.deleted)
    .map((one) => ({
      change: `change-${one.id}`,
      entity: "customers",
      customer: one.id,
      customer_name: one.values.name ?? "",
      field: "mobile",
      base: "138****1111",
      mine: "138****2222",
      theirs: "138****3333",
      mine_at: one.updated_at,
      theirs_by: "示例同事",
      theirs_at: one.updated_at - 600_000,
    }));

/** Fields of cases that wait for a choice: two people worked on one case. */
const caseConflictsOf = (store: FakeStore): ConflictView[] =>
  store.cases
    .filter((one) => one.sync === "conflict")
    .flatMap((one) => {
      const met = {
        change: `change-${one.id}`,
        entity: "cases" as const,
        customer: one.id,
        customer_name: one.name,
        mine_at: one.updated_at,
        theirs_by: "示例同事",
        theirs_at: one.updated_at - 600_000,
      };
      const theirs = `${one.narrative}\n已电话联系客户，自称为店铺营业款，未能提供凭证。`;
      return [
        { ...met, field: "narrative", base: one.narrative.replace(/(?<=。).*$/s, ""), mine: one.narrative, theirs },
        { ...met, field: "state", base: "open", mine: one.state, theirs: "reported" },
        { ...met, field: "conclusion", base: null, mine: one.conclusion, theirs: "客户不能提供凭证，陪同人另涉三个同类账户。" },
      ];
    });

const countOf = (store: FakeStore, mark: SyncMark): number => {
  const records = [...store.customers.filter((one) => !one.deleted), ...store.cases];
  return store.sync.joined ? records.filter((one) => one.sync === mark).length : 0;
};

const stateOf = (store: FakeStore): SyncView => ({
  ...store.sync,
  pending: countOf(store, "pending"),
  refused: store.refused.length,
  conflicts: countOf(store, "conflict"),
});

/** A refused change leaves the list: sent again, or dropped. */
function leave(store: FakeStore, change: string, mark: SyncMark): null {
  const refused = store.refused.find((one) => one.change === change) ?? refuse("not_found");
  store.refused = store.refused.filter((one) => one !== refused);
  const customer = store.customers.find((one) => one.id === refused.customer);
  if (customer) customer.sync = mark;
  store.emit("changed", { features: ["customers", "sync"] });
  return null;
}

/** Ends a round: everything that waited is on the server. */
function finish(store: FakeStore): void {
  const sent = store.customers.filter((one) => one.sync === "pending");
  for (const customer of sent) {
    customer.sync = "synced";
    for (const change of customer.history) change.pending = false;
  }
  const cases = store.cases.filter((one) => one.sync === "pending");
  for (const one of cases) Object.assign(one, { sync: "synced", revision: one.revision + 1 });
  store.sync = { ...store.sync, state: "idle", last_success: store.now() };
  store.rounds.unshift({ at: store.now(), took_ms: 600, pushed: sent.length + cases.length, pulled: 0, error: null });
  store.emit("changed", { features: ["customers", "cases", "sync"] });
}
