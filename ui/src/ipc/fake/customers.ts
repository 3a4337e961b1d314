import type { CustomerRow, CustomerView, Field } from "../bindings";
import { ageOf, FIELDS, labelsOf, match, select, shown } from "./search";
import { type FakeCustomer, type FakeStore, type Handlers, refuse } from "./store";

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
    refused: [],
    conflicts: [],
    may_edit: may("customers_edit"),
    may_delete: may("customers_delete"),
    may_reveal: may("customers_reveal"),
  };
};

export function customerCommands(store: FakeStore): CustomerCommands {
  const find = (id: string): FakeCustomer => store.customers.find((one) => one.id === id && !one.deleted) ?? refuse("not_found");
  return {
    customers_fields: () => [...FIELDS],
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
    customers_check: ({ id, values }) => {
      const problems = [];
      if (values.name !== undefined && values.name.trim() === "") problems.push({ field: "name", code: "text_blank" as const });
      if (values.mobile && values.mobile.length !== 11) problems.push({ field: "mobile", code: "mobile_length" as const });
      const same = store.customers.filter((one) => !one.deleted && one.id !== id && values.mobile && one.values.mobile === values.mobile);
      return {
        problems,
        derived: {},
        age: null,
        area_retired: false,
        duplicates: same.map((one) => ({
          id: one.id,
          name: one.values.name ?? "",
          owner: store.session.user?.name ?? null,
          field: "mobile" as const,
          blocks: false,
        })),
      };
    },
    customers_create: ({ values }) => {
      if (!values.name?.trim()) return refuse("text_blank", { field: "name" });
      const id = store.nextId("customer-new");
      const at = store.now();
      store.customers.push({
        id,
        revision: 1,
        values: { kind: "personal", owner: "user-1", branch: "branch-1", ...values },
        extra: {},
        sync: "synced",
        created_at: at,
        updated_at: at,
        deleted: false,
        history: [],
      });
      return changed(store, [id], () => remove(store, [id], true), Object.keys(values));
    },
    customers_update: ({ id, revision, values, reason }) => {
      const customer = find(id);
      if (revision !== customer.revision) return refuse("revision_old");
      const before = { ...customer.values };
      customer.values = { ...customer.values, ...values };
      return changed(store, [id], () => Object.assign(customer, { values: before }), Object.keys(values), before, reason);
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
