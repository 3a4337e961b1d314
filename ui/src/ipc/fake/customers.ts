import type { CustomerRow, CustomerView, Field, FieldView, Permission, Saved } from "../bindings";
import { canonical, checkTyped, derived } from "./check";
import { ageOf, FIELDS, labelsOf, match, select, shown } from "./search";
import { type FakeCustomer, type FakeStore, type Handlers, refuse } from "./store";
import { conflictsOf } from "./sync";

type CustomerCommands = Pick<Handlers, Extract<keyof Handlers, `customers_${string}`>>;

const rowOf = (store: FakeStore, customer: FakeCustomer): CustomerRow => ({
  id: customer.id,
  values: shown(customer.values),
  labels: labelsOf(customer, store),
  age: ageOf(customer, store.now()),
  sync: customer.sync,
  created_at: customer.created_at,
  updated_at: customer.updated_at,
});

/** Owner and branch take a right of their own; who may not edit only looks. */
const accessOf = (view: FieldView, rights: readonly Permission[]): FieldView["access"] => {
  const masked = view.access === "masked";
  const assigns = view.field === "owner" || view.field === "branch";
  if (rights.includes(assigns ? "customers_assign" : "customers_edit")) return view.access;
  return masked ? "masked_readonly" : "readonly";
};

const viewOf = (store: FakeStore, customer: FakeCustomer): CustomerView => {
  const may = (right: "customers_edit" | "customers_delete" | "customers_reveal"): boolean =>
    store.session.user?.permissions.includes(right) ?? false;
  const pending = customer.sync === "pending" ? (customer.history[0]?.fields.map((one) => one.field as Field) ?? []) : [];
  return {
    ...rowOf(store, customer),
    revision: customer.revision,
    extra: customer.extra,
    area_retired: false,
    pending,
    refused: store.refused.flatMap((one) => (one.customer === customer.id && one.refused ? [one.refused] : [])),
    conflicts: conflictsOf(store).filter((one) => one.customer === customer.id),
    may_edit: may("customers_edit"),
    may_delete: may("customers_delete"),
    may_reveal: may("customers_reveal"),
  };
};

export function customerCommands(store: FakeStore): CustomerCommands {
  const created = new Map<string, Saved>();
  const find = (id: string): FakeCustomer => store.customers.find((one) => one.id === id && !one.deleted) ?? refuse("not_found");
  return {
    customers_fields: () => {
      const rights = store.session.user?.permissions ?? [];
      return FIELDS.map((view) => ({ ...view, access: accessOf(view, rights) }));
    },
    customers_page: ({ query, offset, limit }) => {
      const found = select(store, query);
      return { total: found.length, rows: found.slice(offset, offset + limit).map((customer) => rowOf(store, customer)) };
    },
    customers_find: ({ text, limit }) => {
      const hits = [];
      for (const customer of store.customers) {
        const matched = customer.deleted || text.trim() === "" ? null : match(customer, text);
        const values = shown(customer.values);
        if (matched)
          hits.push({
            id: customer.id,
            kind: "personal",
            name: values.name ?? "",
            mobile: values.mobile ?? null,
            number: values.document_number ?? null,
            owner: store.session.user?.name ?? null,
            matched,
          });
        if (hits.length >= limit) break;
      }
      return hits;
    },
    customers_get: ({ id }) => viewOf(store, find(id)),
    customers_history: ({ id }) => find(id).history,
    customers_check: (input) => checkTyped(store, input),
    customers_create: ({ values, key }) => {
      const known = created.get(key);
      if (known) return known;
      const read = accept(store, null, {}, values);
      const id = store.nextId("customer-new");
      const at = store.now();
      store.customers.push({
        id,
        revision: 1,
        values: { kind: "personal", owner: "user-1", branch: "branch-1", ...read },
        extra: {},
        sync: "synced",
        created_at: at,
        updated_at: at,
        deleted: false,
        history: [],
      });
      const saved = changed(store, [id], () => remove(store, [id], true), Object.keys(read));
      created.set(key, saved);
      return saved;
    },
    customers_update: ({ id, revision, values, reason }) => {
      const customer = find(id);
      if (!store.session.user?.permissions.includes("customers_edit")) return refuse("not_allowed");
      if (revision !== customer.revision) return refuse("revision_old");
      const before = { ...customer.values };
      const read = accept(store, id, before, values);
      customer.values = { ...customer.values, ...read };
      return changed(store, [id], () => Object.assign(customer, { values: before }), Object.keys(read), before, reason);
    },
    customers_delete: ({ ids }) => {
      remove(store, ids, true);
      return changed(store, ids, () => remove(store, ids, false), ["deleted"]);
    },
    customers_tag: ({ ids, add, remove: off }) => {
      const before = ids.map((id) => [find(id), find(id).values.tags ?? ""] as const);
      for (const [customer, tags] of before) {
        const kept = tags.split(" ").filter((tag) => tag && !off.includes(tag) && !add.includes(tag));
        customer.values.tags = [...kept, ...add].join(" ");
      }
      return changed(
        store,
        ids,
        () => {
          for (const [customer, tags] of before) customer.values.tags = tags;
        },
        ["tags"],
      );
    },
    customers_undo: ({ undo }) => {
      const back = store.undos.get(undo) ?? refuse("undo_gone");
      store.undos.delete(undo);
      back();
      store.emit("changed", { features: ["customers", "tags"] });
      return { ids: [], undo: null };
    },
    customers_reveal: ({ id, field, reason }) => {
      if (!reason.trim()) return refuse("reason_missing", { field: "reason" });
      return { value: find(id).values[field] ?? "", seconds: 30 };
    },
  };
}

/** Values that may be kept, with what follows from them; refuses when there is a problem or the customer exists. */
function accept(
  store: FakeStore,
  id: string | null,
  before: FakeCustomer["values"],
  typed: FakeCustomer["values"],
): FakeCustomer["values"] {
  const { values, problems } = canonical(before, typed);
  const [first] = problems;
  if (first) return refuse(first.code, { field: first.field, fields: problems });
  const same = checkTyped(store, { id, values: typed }).duplicates.find((one) => one.blocks);
  if (same) return refuse("duplicate_exists", { field: same.field });
  return { ...values, ...derived(before, values) };
}

const remove = (store: FakeStore, ids: readonly string[], deleted: boolean): void => {
  for (const customer of store.customers) if (ids.includes(customer.id)) customer.deleted = deleted;
};

/** Notes a change: history, mark, queue, news, and the way back. */
function changed(
  store: FakeStore,
  ids: string[],
  back: () => void,
  fields: string[],
  before: FakeCustomer["values"] = {},
  reason: string | null = null,
) {
  const undo = store.nextId("undo");
  const at = store.now();
  store.undos.set(undo, back);
  for (const customer of store.customers.filter((one) => ids.includes(one.id))) {
    customer.revision += 1;
    customer.updated_at = at;
    customer.sync = store.sync.joined ? "pending" : "synced";
    const values = shown(customer.values);
    customer.history.unshift({
      at,
      by: store.session.user?.name ?? null,
      this_device: true,
      channel: "form",
      reason,
      pending: store.sync.joined,
      fields: fields.map((field) => ({ field, old: shown(before)[field as Field] ?? null, new: values[field as Field] ?? null })),
    });
  }
  queueMicrotask(() => {
    store.emit("changed", { features: ["customers", "tags"] });
    store.emit("sync", null);
  });
  return { ids, undo };
}
