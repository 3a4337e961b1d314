import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "../../ipc/call";
import type { FileOptions, ImportId, ImportView, JobId, JobView, StartImport } from "../../ipc/contract";
import { jobsQuery } from "../../ipc/queries";

export const fileQuery = ({ path, options, reading }: { path: string; options: FileOptions | null; reading: number }) =>
  queryOptions({ queryKey: ["imports", "file", path, options, reading], queryFn: () => call("imports_inspect", { path, options }) });

export const importsQuery = queryOptions({ queryKey: ["imports", "list"], queryFn: () => call("imports_list") });

export const suggestQuery = (name: string) =>
  queryOptions({
    queryKey: ["imports", "suggest", name],
    queryFn: () => call("exports_suggest", { name }),
    // A name that was free may have been taken since.
    gcTime: 0,
  });

/** A job by its id: undefined while the list is read, null when it is no longer in it. */
export function useJob(id: JobId | null | undefined): JobView | null | undefined {
  const jobs = useQuery(jobsQuery).data;
  return id ? jobs && (jobs.find((job) => job.id === id) ?? null) : null;
}

/** A job that has just begun is shown at once, before the first report about it. */
function useStarted(): (job: JobView) => void {
  const client = useQueryClient();
  return (job) => client.setQueryData(jobsQuery.queryKey, (jobs) => [job, ...(jobs ?? []).filter((one) => one.id !== job.id)]);
}

export function useStartImport() {
  return useMutation({ mutationFn: (input: StartImport) => call("imports_start", input), onSuccess: useStarted() });
}

export function useUndoImport() {
  return useMutation({ mutationFn: (done: Pick<ImportView, "id">) => call("imports_undo", { id: done.id }), onSuccess: useStarted() });
}

export const cancelJob = (id: JobId): void => void call("jobs_cancel", { id });

/** The address part that makes the customer list show those of an import. */
export const customersOf = (id: ImportId): { query: string } => ({
  query: JSON.stringify({ text: "", filters: [{ kind: "import", import: id }], sort: null }),
});
