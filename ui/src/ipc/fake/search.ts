import type { CustomerFilter, CustomerQuery, Field, FieldView, Matched, SortKey } from "../bindings";
import { readings } from "./sample";
import type { FakeCustomer, FakeStore } from "./store";

const YEAR = 31_556_952_000;
const MASKED: readonly Field[] = ["mobile", "document_number", "phones", "email", "address"];

const ends = (text: string, head: number, tail: number): string =>
  text.length <= head + tail ? "*".repeat(text.length) : text.slice(0, head) + "*".repeat(text.length - head - tail) + text.slice(-tail);

/** Enough to recognise a value, not enough to misuse it; the same forms as the domain's. */
function mask(field: Field, text: string): string {
  if (field === "document_number") return ends(text, 1, 1);
  if (field === "email") return text.replace(/^(.)[^@]*/, "$1***");
  if (field === "address") return `${text.length > 4 ? text.slice(0, 2) : ""}******`;
  return text
    .split(" ")
    .map((number) => ends(number, 3, 4))
    .join(" ");
}

export function shown(values: FakeCustomer["values"]): FakeCustomer["values"] {
  const copy = { ...values };
  for (const field of MASKED) if (copy[field]) copy[field] = mask(field, copy[field]);
  return copy;
}

export const ageFrom = (born: string, now: number): number => Math.floor((now - Date.parse(born)) / YEAR);

export const ageOf = (customer: FakeCustomer, now: number): number | null => {
  const born = customer.values.birth_date;
  return born ? ageFrom(born, now) : null;
};

export const labelsOf = (customer: FakeCustomer, store: FakeStore): Partial<Record<Field, string>> => ({
  owner: customer.values.owner === "user-1" ? (store.session.user?.name ?? "") : "",
  branch: store.session.user?.branch_name ?? "",
});

/** How a text matches a customer; the real search is the store's, this one is close enough for screens. */
export function match(customer: FakeCustomer, typed: string): Matched | null {
  const text = typed.replace(/['’\s]/g, "").toLowerCase();
  const { name = "", mobile = "", document_number: number = "" } = customer.values;
  if (name.toLowerCase().includes(text)) return "name";
  const read = readings.get(name) ?? [];
  if (read.join("").startsWith(text)) return "pinyin";
  if (
    read
      .map((one) => one[0])
      .join("")
      .startsWith(text)
  )
    return "initials";
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
      const order = (a: string, b: string): number =>
        /^\d+$/.test(a) && /^\d+$/.test(b) ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
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
      return customer.import === filter.import;
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
    (customer) =>
      !customer.deleted &&
      (query.text.trim() === "" || match(customer, query.text) !== null) &&
      query.filters.every((filter) => holds(customer, filter, now)),
  );
  const { by, descending } = query.sort ?? { by: "name" as const, descending: false };
  const keyed = found.map((customer) => [sortValue(customer, by), customer] as const);
  keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1));
  return keyed.map(([, customer]) => customer);
}

export const FIELDS: readonly FieldView[] = [
  ["kind", "choice", "both", ["personal", "corporate"]],
  ["name", "name", "both", []],
  ["gender", "choice", "personal", ["male", "female"]],
  ["birth_date", "date", "personal", []],
  ["document_type", "choice", "both", ["resident_id", "passport", "household_register", "business_licence", "other"]],
  ["document_number", "document_number", "both", []],
  ["document_expiry", "expiry", "both", []],
  ["uscc", "uscc", "corporate", []],
  ["mobile", "mobile", "both", []],
  ["phones", "phones", "both", []],
  ["email", "email", "both", []],
  ["division", "division", "both", []],
  ["address", "line", "both", []],
  ["occupation", "line", "personal", []],
  ["employer", "line", "personal", []],
  ["income", "money", "both", []],
  ["assets", "money", "both", []],
  ["risk_grade", "choice", "both", ["C1", "C2", "C3", "C4", "C5"]],
  ["source", "choice", "both", ["counter", "referral", "campaign", "online", "visit", "payroll", "import", "other"]],
  ["owner", "user", "both", []],
  ["branch", "branch", "both", []],
  ["tags", "tags", "both", []],
  ["notes", "text", "both", []],
].map(
  ([field, shape, kinds, choices]) =>
    ({ field, shape, kinds, choices, access: MASKED.includes(field as Field) ? "masked" : "editable" }) as FieldView,
);
