/** Long work, as every screen that starts or shows some needs it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { JobId, JobView } from "./contract";
import { jobsQuery } from "./queries";

/** A job by its id: undefined while the list is read, null when it is no longer in it. */
export function useJob(id: JobId | null | undefined): JobView | null | undefined {
  const jobs = useQuery(jobsQuery).data;
  return id ? jobs && (jobs.find((job) => job.id === id) ?? null) : null;
}

/** Shows a job that has just begun, before the first report about it. A short one may have ended before the answer to its start is here: what the reports said is newer. */
export function useJobStarted(): (job: JobView) => void {
  const client = useQueryClient();
  return (job) => client.setQueryData(jobsQuery.queryKey, (jobs = []) => (jobs.some((one) => one.id === job.id) ? jobs : [job, ...jobs]));
}
