import { useMutation, useQueryClient } from "@tanstack/react-query";
import { asApiError } from "../../ipc/backend";
import type { SessionView } from "../../ipc/contract";
import { sessionQuery, syncQuery } from "../../ipc/queries";
import type { Entries } from "../../kit/form/useEntries";

/** Sends a form that changes how the session stands with the server, and takes over what comes back. */
export function useAccount<F extends string>(
  form: Entries<F>,
  otherwise: F,
  send: () => Promise<SessionView>,
  onDone: () => void,
): { busy: boolean; submit: () => void } {
  const client = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: send,
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      void client.invalidateQueries({ queryKey: [syncQuery.queryKey[0]] });
      onDone();
    },
    onError: (thrown) => form.refuse(asApiError(thrown), otherwise),
  });
  return { busy: isPending, submit: () => !isPending && mutate() };
}
