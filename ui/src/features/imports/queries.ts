import { queryOptions, useMutation } from "@tanstack/react-query";
import { call } from "../../ipc/call";
import type { FileOptions, ImportId, ImportView, JobId, StartImport } from "../../ipc/contract";
import { useJobStarted } from "../../ipc/jobs";

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

export function useStartImport() {
  return useMutation({ mutationFn: (input: StartImport) => call("imports_start", input), onSuccess: useJobStarted() });
}

export function useUndoImport() {
  return useMutation({ mutationFn: (done: Pick<ImportView, "id">) => call("imports_undo", { id: done.id }), onSuccess: useJobStarted() });
}

export const cancelJob = (id: JobId): void => void call("jobs_cancel", { id });

/** The address part that makes the customer list show those of an import. */
export const customersOf = (id: ImportId): { query: string } => ({
  query: JSON.stringify({ text: "", filters: [{ kind: "import", import: id }], sort: null }),
});
