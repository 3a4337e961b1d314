/** What records refer to, whichever screen shows them: fields, tags, people, branches, places, accounts. */
import { type QueryClient, queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "./call";
import type { BranchView, ColleagueView, DivisionView, FieldView, TagView } from "./contract";

export const fieldsQuery = queryOptions({ queryKey: ["customers", "fields"], queryFn: () => call("customers_fields") });
export const tagsQuery = queryOptions({ queryKey: ["tags", "list"], queryFn: () => call("tags_list") });
const usersQuery = queryOptions({ queryKey: ["users", "list"], queryFn: () => call("users_list") });
const branchesQuery = queryOptions({ queryKey: ["branches", "list"], queryFn: () => call("branches_list") });

export const customerQuery = (id: string) =>
  queryOptions({ queryKey: ["customers", "one", id], queryFn: () => call("customers_get", { id }) });

/** What a customer holds; whatever is booked refers to these accounts. */
export const accountsQuery = (customer: string) =>
  queryOptions({ queryKey: ["accounts", "list", customer], queryFn: () => call("accounts_list", { id: customer }) });

/** Asks ahead for what the values of any record refer to. */
export const askKnown = (client: QueryClient): Promise<unknown> =>
  Promise.all([
    client.prefetchQuery(fieldsQuery),
    client.prefetchQuery(tagsQuery),
    client.prefetchQuery(usersQuery),
    client.prefetchQuery(branchesQuery),
  ]);

const NO_FIELDS: FieldView[] = [];
const NO_TAGS: TagView[] = [];
const NO_USERS: ColleagueView[] = [];
const NO_BRANCHES: BranchView[] = [];

export const useFields = (): FieldView[] => useQuery(fieldsQuery).data ?? NO_FIELDS;
export const useTags = (): TagView[] => useQuery(tagsQuery).data ?? NO_TAGS;
export const useColleagues = (): ColleagueView[] => useQuery(usersQuery).data ?? NO_USERS;
export const useBranches = (): BranchView[] => useQuery(branchesQuery).data ?? NO_BRANCHES;

/** All that is needed to read the values of a record. */
export function useKnown(): { fields: FieldView[]; tags: TagView[]; users: ColleagueView[]; branches: BranchView[] } {
  const [fields, tags, users, branches] = [useFields(), useTags(), useColleagues(), useBranches()];
  return useMemo(() => ({ fields, tags, users, branches }), [fields, tags, users, branches]);
}

export const divisionsQuery = (parent: string | null) =>
  queryOptions({ queryKey: ["divisions", "list", parent], queryFn: () => call("divisions_list", { parent }) });

/** Digits of a division's code at each of the four levels. */
const LEVELS = [2, 4, 6, 9] as const;

/** The codes from the province down to the division itself: `310115` gives `31`, `3101`, `310115`. */
export const divisionCodes = (code: string): string[] =>
  LEVELS.filter((length) => length <= code.length).map((length) => code.slice(0, length));

/** The divisions from the province down, with their names, as far as they are known. */
export function useDivisionPath(code: string): DivisionView[] {
  const codes = useMemo(() => divisionCodes(code), [code]);
  const levels = useQueries({ queries: codes.map((_, index) => divisionsQuery(codes[index - 1] ?? null)) });
  return codes.flatMap((one, index) => levels[index]?.data?.find((division) => division.code === one) ?? []);
}

/** The full name of a division, once it is known. What is no code is a name already, and stays. */
export function useDivisionName(code: string): string {
  const path = useDivisionPath(/^\d+$/.test(code) ? code : "");
  return path.length === 0 ? code : path.map((one) => one.name).join(" ");
}
