/** What the stand-in finds wrong in what was typed: the rules that screens are tried with, not all of the domain's. */
import type { CheckCustomer, CustomerCheck, DuplicateView, Field, FieldError } from "../bindings";
import { ageFrom } from "./search";
import type { FakeStore } from "./store";

type Values = CheckCustomer["values"];

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const YUAN: Readonly<Record<string, number>> = { "": 1, 万: 10_000, 亿: 100_000_000 };
/** Prefixes that no network has. */
const NO_NETWORK = /^1(?:[012]|4[0-4])/;

/** Half-width, without spaces and dashes, without the country. */
const plain = (typed: string): string =>
  typed
    .normalize("NFKC")
    .replace(/[\s-]/g, "")
    .replace(/^(\+|00)86/, "");

function mobileProblem(mobile: string): FieldError["code"] | null {
  if (!/^\d+$/.test(mobile)) return "mobile_not_digits";
  if (mobile.length !== 11) return "mobile_length";
  return NO_NETWORK.test(mobile) || !mobile.startsWith("1") ? "mobile_prefix" : null;
}

function residentProblem(number: string): FieldError["code"] | null {
  if (number.length !== 18) return "document_number_length";
  if (!/^\d{17}[\dX]$/.test(number)) return "document_number_character";
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(number[at]), 0);
  return "10X98765432"[sum % 11] === number[17] ? null : "document_number_check";
}

/** Minor units of an amount in yuan, or null. */
function minor(typed: string): string | null {
  const [, digits, unit = ""] = /^([\d.]+)(万|亿)?$/.exec(typed.replace(/,/g, "")) ?? [];
  const yuan = Number(digits) * (YUAN[unit] ?? 1);
  return Number.isFinite(yuan) ? String(Math.round(yuan * 100)) : null;
}

/** What was typed in its canonical form, and what is wrong. */
export function canonical(before: Values, typed: Values): { values: Values; problems: FieldError[] } {
  const values = { ...typed };
  const problems: FieldError[] = [];
  const problem = (field: Field, code: FieldError["code"] | null): void => void (code && problems.push({ field, code }));
  if (values.mobile) {
    values.mobile = plain(values.mobile);
    problem("mobile", mobileProblem(values.mobile));
  }
  const resident = (values.document_type ?? before.document_type ?? "resident_id") === "resident_id";
  if (values.document_number && resident) {
    values.document_number = plain(values.document_number).toUpperCase();
    values.document_type = "resident_id";
    problem("document_number", residentProblem(values.document_number));
  }
  for (const field of ["income", "assets"] as const) {
    if (!values[field]) continue;
    const amount = minor(values[field]);
    if (amount === null) problem(field, "money_form");
    else values[field] = amount;
  }
  if (values.birth_date && !/^\d{4}-\d\d-\d\d$/.test(values.birth_date)) problem("birth_date", "date_form");
  if (values.email && !/^\S+@\S+\.\S+$/.test(values.email)) problem("email", "email_form");
  if ({ ...before, ...values }.name?.trim() === "" || !(values.name ?? before.name)) problem("name", "text_blank");
  return { values, problems };
}

/** Birth date and gender as the resident ID tells them, where nothing else was said. */
export function derived(before: Values, values: Values): Values {
  const number = values.document_number ?? "";
  if (residentProblem(number) !== null) return {};
  const all = { ...before, ...values };
  return {
    ...(!all.birth_date && { birth_date: number.replace(/^.{6}(\d{4})(\d\d)(\d\d).*/, "$1-$2-$3") }),
    ...(!all.gender && { gender: Number(number[16]) % 2 === 1 ? "male" : "female" }),
  };
}

function duplicates(store: FakeStore, id: string | null, values: Values): DuplicateView[] {
  const found: DuplicateView[] = [];
  for (const customer of store.customers) {
    if (customer.deleted || customer.id === id) continue;
    for (const field of ["document_number", "uscc", "mobile"] as const) {
      if (!values[field] || customer.values[field] !== values[field]) continue;
      const owner = store.session.user?.name ?? null;
      found.push({ id: customer.id, name: customer.values.name ?? "", owner, field, blocks: field !== "mobile" });
    }
  }
  return found;
}

export function checkTyped(store: FakeStore, { id, values: typed }: CheckCustomer): CustomerCheck {
  const before = store.customers.find((one) => one.id === id)?.values ?? {};
  const { values, problems } = canonical(before, typed);
  const facts = derived(before, values);
  const born = { ...before, ...values, ...facts }.birth_date;
  return {
    problems,
    derived: facts,
    age: born && /^\d{4}-/.test(born) ? ageFrom(born, store.now()) : null,
    area_retired: (values.document_number ?? "").startsWith("310103"),
    duplicates: duplicates(store, id, values),
  };
}
