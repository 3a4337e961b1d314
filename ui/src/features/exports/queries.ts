import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../../ipc/call";
import type { StartExport } from "../../ipc/contract";
import { useJobStarted } from "../../ipc/jobs";
import type { ExportRequest } from "./request";

/** How many customers a request means. Picked ones are counted without a question, and without their ids in its key. */
export function useCount({ query, ids }: ExportRequest): number | undefined {
  const asked = useQuery({
    queryKey: ["customers", "count", query],
    queryFn: async () => (await call("customers_page", { query, columns: ["name"], offset: 0, limit: 1 })).total,
    enabled: ids === null,
  });
  return ids === null ? asked.data : ids.length;
}

export const suggestQuery = (name: string) =>
  queryOptions({
    queryKey: ["exports", "suggest", name],
    queryFn: () => call("exports_suggest", { name }),
    // A name that was free may have been taken since.
    gcTime: 0,
  });

export const useStartExport = () =>
  useMutation({ mutationFn: (input: StartExport) => call("exports_start", input), onSuccess: useJobStarted() });
