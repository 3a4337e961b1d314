import type { CustomerFilter, CustomerQuery, CustomerRow, CustomerView, Field, FieldView, Matched, SortKey } from "../bindings";
import { readings } from "./sample";
import { type FakeCustomer, type FakeStore, type Handlers, refuse } from "./store";

type CustomerCommands = Pick<Handlers, Extract<keyof Handlers, `customers_${string}`>>;

const YEAR = 31_556_952_000;
const MASKED: readonly Field[] = ["mobile", "document_number", "phones"];

const mask = (text: string): string => (text.length < 8 ? text : `${text.slice(0, 3)}${"*".repeat(text.length - 7)}${text.slice(-4)}`);

function shown(values: FakeCustomer["values"]): FakeCustomer["values"] {
  const copy = { ...values };
  for (const field of MASKED) if (copy[field]) copy[field] = mask(copy[field]);
  return copy;
}

const ageOf = (customer: FakeCustomer, now: number): number | null => {
  const born = customer.values.birth_date;
  return born ? Math.floor((now - Date.parse(born)) / YEAR) : null;
};

const labelsOf = (customer: FakeCustomer, store: FakeStore): Partial<Record<Field, string>> => ({
  owner: customer.values.owner === "user-1" ? (store.session.user?.name ?? "") : "",
  branch: store.session.user?.branch_name ?? "",
});

/** How a text matches a customer; the real search is the store's, this one is close enough for screens. */
function match(customer: FakeCustomer, typed: string): Matched | null {
  const text = typed.replace(/['’\s]/g, "").toLowerCase();
  const { name = "", mobile = "", document_number: number = "" } = customer.values;
  if (name.toLowerCase().includes(text)) return "name";
  const read = readings.get(name) ?? [];
  if (read.join("").startsWith(text)) return "pinyin";
  if (read.map((one) => one[0]).join("").startsWith(text)) return "initials";
  if (/^\d{3,}$/.test(text) && (mobile.endsWith(text) || mobile.startsWith(text))) return "phone";
  return /^[\dx]{4,}$/.test(text) && number.toLowerCase().endsWith(text) ? "number" : null;
}

function holds(customer: FakeCustomer, filter: CustomerFilter, now: number): boolean {
  const { values } = customer;
  switch (filter.kind) {
    case "one_of":
      return filter.values.includes(values[filter.field] ?? "");
    case "between": {
      const value = values[filter.field];
      if (!value) return false;
      const order = (a: string, b: string): number => (/^\d+$/.test(a) && /^\d+$/.test(b) ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0);
      return (filter.from === null || order(value, filter.from) >= 0) && (filter.to === null || order(value, filter.to) <= 0);
    }
    case "age": {
      const age = ageOf(customer, now);
      return age !== null && age >= (filter.from ?? 0) && age <= (filter.to ?? 999);
    }
    case "tags":
      return filter.tags.some((tag) => (values.tags ?? "").split(" ").includes(tag));
    case "division":
      return (values.division ?? "").startsWith(filter.code);
    case "sync":
      return filter.states.includes(customer.sync);
    case "import":
      return customer.extra["import"] === filter.import;
  }
}

const sortValue = (customer: FakeCustomer, by: SortKey): string | number => {
  if (by === "created_at" || by === "updated_at") return customer[by];
  if (by === "income" || by === "assets") return Number(customer.values[by] ?? 0);
  return by === "name" ? (readings.get(customer.values.name ?? "") ?? []).join(" ") : (customer.values[by] ?? "");
};

export function select(store: FakeStore, query: CustomerQuery): FakeCustomer[] {
  const now = store.now();
  const found = store.customers.filter(
    (customer) => !customer.deleted && (query.text.trim() === "" || match(customer, query.text) !== null) && query.filters.every((filter) => holds(customer, filter, now)),
  );
  const { by, descending } = query.sort ?? { by: "name" as const, descending: false };
  const keyed = found.map((customer) => [sortValue(customer, by), customer] as const);
  keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1));
  return keyed.map(([, customer]) => customer);
}

const FIELDS: readonly FieldView[] = [
  ["kind", "choice", "both", ["personal", "corporate"]],
  ["name", "name", "both", []],
  ["gender", "choice", "personal", ["male", "female"]],
  ["birth_date", "date", "personal", []],
  ["document_type", "choice", "personal", ["resident_id", "passport"]],
  ["document_number", "document_number", "personal", []],
  ["document_expiry", "expiry", "personal", []],
  ["uscc", "uscc", "corporate", []],
  ["mobile", "mobile", "both", []],
  ["phones", "phones", "both", []],
  ["email", "email", "both", []],
  ["division", "division", "both", []],
  ["address", "line", "both", []],
  ["occupation", "line", "personal", []],
  ["employer", "line", "personal", []],
  ["income", "money", "personal", []],
  ["assets", "money", "both", []],
  ["risk_grade", "choice", "both", ["C1", "C2", "C3", "C4", "C5"]],
  ["source", "line", "both", []],
  ["owner", "user", "both", []],
  ["branch", "branch", "both", []],
  ["tags", "tags", "both", []],
  ["notes", "text", "both", []],
].map(([field, shape, kinds, choices]) => ({ field, shape, kinds, choices, access: MASKED.includes(field as Field) ? "masked" : "editable" }) as FieldView);

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
  const may = (right: "customers_edit" | "customers_delete" | "customers_reveal"): boolean => store.session.user?.permissions.includes(right) ?? false;
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
        if (matched) hits.push({ id: customer.id, kind: "personal", name: values.name ?? "", mobile: values.mobile ?? null, number: values.document_number ?? null, owner: store.session.user?.name ?? null, matched });
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
        duplicates: same.map((one) => ({ id: one.id, name: one.values.name ?? "", owner: store.session.user?.name ?? null, field: "mobile" as const, blocks: false })),
      };
    },
    customers_create: ({ values }) => {
      if (!values.name?.trim()) return refuse("text_blank", { field: "name" });
      const id = store.nextId("customer-new");
      const at = store.now();
      store.customers.push({ id, revision: 1, values: { kind: "personal", owner: "user-1", branch: "branch-1", ...values }, extra: {}, sync: "synced", created_at: at, updated_at: at, deleted: false, history: [] });
      return changed(store, [id], () => remove(store, [id], true), Object.keys(values));
    },
    customers_update: ({ id, revision, values, reason }) => {
      const customer = find(id);
      if (revision !== customer.revision) return refuse("revision_old");
      const before = { ...customer.values };
      customer.values = { ...customer.values, ...values };
      return changed(store, [id], () => void (customer.values = before), Object.keys(values), before, reason);
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
      return changed(store, ids, () => before.forEach(([customer, tags]) => void (customer.values.tags = tags)), ["tags"]);
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
function changed(store: FakeStore, ids: string[], back: () => void, fields: string[], before: FakeCustomer["values"] = {}, reason: string | null = null) {
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
