import type { Direction, TransactionQuery } from "../../ipc/contract";
import type { Search } from "../../kit/navigation";

/** What narrows the list, as it stands in the address. Days and the amount may be what was typed and can't be read. */
export interface Filter {
  account: string;
  from: string;
  to: string;
  direction: Direction | "all";
  least: string;
  text: string;
}

export const ALL: Filter = { account: "", from: "", to: "", direction: "all", least: "", text: "" };

const NAMES = Object.keys(ALL) as (keyof Filter)[];

export function readFilter(address: Search): Filter {
  const text = (name: keyof Filter): string => (typeof address[name] === "string" ? address[name] : "");
  const direction = text("direction");
  return {
    account: text("account"),
    from: text("from"),
    to: text("to"),
    direction: direction === "in" || direction === "out" ? direction : "all",
    least: text("least"),
    text: text("text"),
  };
}

/** The address with a filter in the place of its own; what does not narrow is not written. */
export function writeFilter(address: Search, filter: Filter): Search {
  const next = { ...address };
  for (const name of NAMES) {
    if (filter[name] === ALL[name]) delete next[name];
    else next[name] = filter[name];
  }
  return next;
}

export const isNarrow = (filter: Filter): boolean => NAMES.some((name) => filter[name] !== ALL[name]);

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MINOR = /^\d{1,15}$/;

/** The question; what can't be read does not narrow it. */
export const queryOf = (customer: string, filter: Filter): TransactionQuery => ({
  customer,
  account: filter.account || null,
  from: DAY.test(filter.from) ? filter.from : null,
  to: DAY.test(filter.to) ? filter.to : null,
  direction: filter.direction === "all" ? null : filter.direction,
  least: MINOR.test(filter.least) ? Number(filter.least) : null,
  text: filter.text.trim(),
});
