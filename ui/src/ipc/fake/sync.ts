import type { ConflictView, SyncMark, SyncView } from "../bindings";
import { type FakeStore, type Handlers, refuse } from "./store";

type SyncCommands = Pick<Handlers, Extract<keyof Handlers, `sync_${string}`>>;

export function syncCommands(store: FakeStore): SyncCommands {
  const waiting = () => store.customers.filter((one) => one.sync === "pending");
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
      pending: waiting()
        .slice(0, 200)
        .map((one) => ({
          change: `change-${one.id}`,
          entity: "customers",
          customer: one.id,
          name: one.values.name ?? "",
          fields: one.history[0]?.fields.map((field) => field.field) ?? ["mobile"],
          made_at: one.updated_at,
          refused: null,
        })),
      refused: store.refused,
      conflicts: conflictsOf(store),
    }),
    sync_rounds: () => store.rounds,
    sync_settle: ({ change }) => {
      const customer = store.customers.find((one) => `change-${one.id}` === change) ?? refuse("not_found");
      customer.sync = "pending";
      store.emit("changed", { features: ["customers", "sync"] });
      return null;
    },
    sync_retry: ({ change }) => leave(store, change, "pending"),
    sync_discard: ({ change }) => leave(store, change, "synced"),
  };
}

/** Fields that wait for a choice. */
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

const countOf = (store: FakeStore, mark: SyncMark): number =>
  store.sync.joined ? store.customers.filter((one) => one.sync === mark && !one.deleted).length : 0;

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
  store.sync = { ...store.sync, state: "idle", last_success: store.now() };
  store.rounds.unshift({ at: store.now(), took_ms: 600, pushed: sent.length, pulled: 0, error: null });
  store.emit("changed", { features: ["customers", "sync"] });
}
