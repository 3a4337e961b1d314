import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "../../ipc/call";
import type { JobId, JobView, StartExport } from "../../ipc/contract";
import { jobsQuery } from "../../ipc/queries";
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

/** A job by its id: undefined while the list is read, null when it is no longer in it. */
export function useJob(id: JobId | undefined): JobView | null | undefined {
  const jobs = useQuery(jobsQuery).data;
  return id ? jobs && (jobs.find((job) => job.id === id) ?? null) : null;
}

export function useStartExport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: StartExport) => call("exports_start", input),
    // Shown at once, before the first report about it.
    onSuccess: (job) => client.setQueryData(jobsQuery.queryKey, (jobs) => [job, ...(jobs ?? []).filter((one) => one.id !== job.id)]),
  });
}
