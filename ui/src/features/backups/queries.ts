import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../../ipc/call";
import type { BackupSchedule, JobKind, JobView, RestoreBackup, VerifyBackup } from "../../ipc/contract";
import { useJobStarted } from "../../ipc/jobs";
import { backupsQuery } from "../../ipc/queries";

const KINDS: readonly JobKind[] = ["backup", "backup_check", "restore"];

/** The newest job of this screen. */
export const newestOf = (jobs: readonly JobView[] | undefined): JobView | undefined => jobs?.find((job) => KINDS.includes(job.kind));

export function useBackUp() {
  return useMutation({ mutationFn: () => call("backups_create"), onSuccess: useJobStarted() });
}

export function useVerify() {
  return useMutation({ mutationFn: (input: VerifyBackup) => call("backups_verify", input), onSuccess: useJobStarted() });
}

export function useRestore() {
  return useMutation({ mutationFn: (input: RestoreBackup) => call("backups_restore", input), onSuccess: useJobStarted() });
}

export function useSchedule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (schedule: BackupSchedule) => call("backups_schedule", schedule),
    onSuccess: (view) => client.setQueryData(backupsQuery.queryKey, view),
  });
}
