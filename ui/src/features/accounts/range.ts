import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { create } from "zustand";
import { call } from "../../ipc/call";
import type { AccountsCurve } from "../../ipc/contract";
import { sessionQuery, useSession } from "../../ipc/queries";

/** Months that can be looked back. */
export const RANGES = [1, 3, 6, 12, 24] as const;
export type Range = (typeof RANGES)[number];

const FIRST: Range = 12;

/** What each user chose last; kept while the program runs. */
const useChosen = create<{ chosen: Readonly<Record<string, Range>> }>(() => ({ chosen: {} }));

const NOBODY = "";

/** How far the user looks back, and a way to change it. */
export function useRange(): [Range, (range: Range) => void] {
  const user = useSession()?.user?.id ?? NOBODY;
  const range = useChosen((state) => state.chosen[user] ?? FIRST);
  return [range, (next) => useChosen.setState(({ chosen }) => ({ chosen: { ...chosen, [user]: next } }))];
}

export const curveQuery = (input: AccountsCurve) =>
  queryOptions({ queryKey: ["accounts", "curve", input], queryFn: () => call("accounts_curve", input) });

export function warmCurve(client: QueryClient, customer: string): Promise<unknown> {
  const user = client.getQueryData(sessionQuery.queryKey)?.user?.id ?? NOBODY;
  return client.prefetchQuery(curveQuery({ customer, months: useChosen.getState().chosen[user] ?? FIRST }));
}
