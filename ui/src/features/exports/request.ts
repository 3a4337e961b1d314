/** What the customer list hands over: which customers, and which columns in which order. */
import type { CustomerId, CustomerQuery, Field, FieldView } from "../../ipc/contract";
import { handedOver } from "../../kit/handover";

export interface ExportAddress extends Record<string, unknown> {
  query?: unknown;
  /** The name under which picked customers were handed over; they are too many for an address. */
  picked?: unknown;
  columns?: unknown;
  /** A job that was started here. */
  job?: string;
}

export interface ExportRequest {
  query: CustomerQuery;
  /** Picked customers, in the order of the list; null for all of the query. Empty when the picking is no longer in memory. */
  ids: readonly CustomerId[] | null;
  /** Columns of the list, as far as they are fields; null when the list did not say. */
  columns: string[] | null;
}

const ALL: CustomerQuery = { text: "", filters: [], sort: null };

/** The router reads JSON in an address by itself, a link typed by hand may have it as text. */
function readJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

const texts = (value: unknown): string[] | null =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string") ? value : null;

const isQuery = (value: unknown): value is Partial<CustomerQuery> => typeof value === "object" && value !== null && !Array.isArray(value);

export function readRequest(address: ExportAddress): ExportRequest {
  const query = readJson(address.query);
  return {
    query: isQuery(query) ? { ...ALL, ...query } : ALL,
    // Picked customers that are gone are nobody: all of the query would be more than was asked for.
    ids: address.picked === undefined ? null : (texts(handedOver(String(address.picked))) ?? []),
    columns: texts(readJson(address.columns)),
  };
}

export interface Column {
  field: Field;
  chosen: boolean;
  /** The user never sees it whole, so the file does not have it whole either. */
  masked: boolean;
}

/** Columns to choose from: those of the list first, in its order; without a list all are chosen. */
export function columnsOf(fields: readonly FieldView[], wanted: readonly string[] | null): Column[] {
  const known = fields.filter(({ field }) => field !== "extra");
  const columns = known.map(({ field, access }) => ({
    field,
    chosen: wanted === null || wanted.includes(field),
    masked: access === "masked" || access === "masked_readonly",
  }));
  const place = (field: Field): number => {
    const at = wanted?.indexOf(field) ?? -1;
    return at < 0 ? known.length : at;
  };
  return columns.sort((a, b) => place(a.field) - place(b.field));
}

/** Moves a column by one place; at the ends it stays. */
export function moved(columns: readonly Column[], from: number, by: -1 | 1): Column[] {
  const to = from + by;
  const column = columns[from];
  if (!column || to < 0 || to >= columns.length) return [...columns];
  return columns.filter((_, index) => index !== from).toSpliced(to, 0, column);
}
