import type { QueryClient } from "@tanstack/react-query";
import { call } from "../../ipc/call";
import type { TransactionQuery } from "../../ipc/contract";
import { pageQuery } from "../../kit/grid/useWindow";
import { ALL, queryOf } from "./filter";

/** How a list is asked for. */
export const questionOf = (query: TransactionQuery) => ({
  queryKey: ["transactions", "page", query],
  fetchPage: (offset: number, limit: number) => call("transactions_page", { query, offset, limit }),
});

/** Asks for what the list shows first. */
export const warm = (client: QueryClient, customer: string): Promise<unknown> =>
  client.prefetchQuery(pageQuery(questionOf(queryOf(customer, ALL)), 0));
