import { queryOptions, useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import { useErrorText } from "../../kit/ErrorText";
import { toast } from "../../kit/toast";
import type { LabelKey } from "../../kit/words";

export const queueQuery = queryOptions({ queryKey: ["sync", "queue"], queryFn: () => call("sync_queue") });
export const roundsQuery = queryOptions({ queryKey: ["sync", "rounds"], queryFn: () => call("sync_rounds") });

/** Sends a refused change again, or drops it; the change report then reads the lists anew. */
export function useRefusedDeeds(): { busy: boolean; retry: (change: string) => void; discard: (change: string) => void } {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const told = (key: LabelKey) => ({
    onSuccess: () => void toast({ text: t(key) as string }),
    onError: (thrown: unknown) => void toast({ text: errorText(asApiError(thrown)), tone: "danger" }),
  });
  const retry = useMutation({ mutationFn: (change: string) => call("sync_retry", { change }), ...told("sync.retried") });
  const discard = useMutation({ mutationFn: (change: string) => call("sync_discard", { change }), ...told("sync.discarded") });
  return {
    busy: retry.isPending || discard.isPending,
    retry: (change) => retry.mutate(change),
    discard: (change) => discard.mutate(change),
  };
}

/** Runs a round now. How it went is on the card and in the log; only what kept it from starting is told here. */
export function useSyncNow(): { busy: boolean; run: () => void } {
  const errorText = useErrorText();
  const { mutate, isPending } = useMutation({
    mutationFn: () => call("sync_run"),
    onError: (thrown) => void toast({ text: errorText(asApiError(thrown)), tone: "info" }),
  });
  return { busy: isPending, run: () => mutate() };
}
