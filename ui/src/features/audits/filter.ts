import type { AuditsPage } from "../../ipc/contract";
import type { Search } from "../../kit/navigation";

/** What narrows the list, as it stands in the address. Days may be what was typed and can't be read. */
export interface Filter {
  user: string;
  action: string;
  record: string;
  device: string;
  from: string;
  to: string;
}

export const ALL: Filter = { user: "", action: "", record: "", device: "", from: "", to: "" };

const NAMES = Object.keys(ALL) as (keyof Filter)[];

export function readFilter(address: Search): Filter {
  const text = (name: keyof Filter): string => (typeof address[name] === "string" ? address[name] : "");
  return { user: text("user"), action: text("action"), record: text("record"), device: text("device"), from: text("from"), to: text("to") };
}

/** The address with a filter in the place of its own; what does not narrow is not written. */
export function writeFilter(address: Search, filter: Filter): Search {
  const next = { ...address };
  for (const name of NAMES) {
    if (filter[name] === "") delete next[name];
    else next[name] = filter[name];
  }
  return next;
}

export const isNarrow = (filter: Filter): boolean => NAMES.some((name) => filter[name] !== "");

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The question; a day that can't be read does not narrow it. */
export const questionOf = (filter: Filter): Omit<AuditsPage, "after"> => ({
  user: filter.user || null,
  action: filter.action || null,
  record: filter.record || null,
  device: filter.device || null,
  from: DAY.test(filter.from) ? filter.from : null,
  to: DAY.test(filter.to) ? filter.to : null,
});
