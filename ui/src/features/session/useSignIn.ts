import { useMutation, useQueryClient } from "@tanstack/react-query";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { ErrorCode, SessionView, SignIn } from "../../ipc/contract";
import { sessionQuery } from "../../ipc/queries";
import type { Entries } from "../../kit/form/useEntries";
import { useArrive } from "./useArrive";

export type SignInField = "login" | "password" | "server";

const ABOUT_SERVER: ReadonlySet<ErrorCode> = new Set([
  "store_missing",
  "server_address",
  "server_foreign",
  "server_certificate",
  "server_unreachable",
  "server_busy",
  "schema_mismatch",
]);

/** Another password has to be entered: the field is emptied for it. */
const ABOUT_PASSWORD: ReadonlySet<ErrorCode> = new Set(["sign_in_failed", "sign_in_locked", "password_elsewhere"]);

interface Asked {
  form: Entries<SignInField>;
  /** Tells codes that change what the form asks for. */
  onRefused?: (code: ErrorCode) => void;
  /** Unlocking is no sign-in: nothing is told about the last one. */
  quiet?: boolean;
}

/** Signs in; a refusal stands at the field it is about, a wrong password is emptied, and a lockout is read from the session. */
export function useSignIn(p: Asked): { busy: boolean; signIn: (input: SignIn) => void } {
  const client = useQueryClient();
  const arrive = useArrive();
  const { mutate, isPending } = useMutation({
    mutationFn: (input: SignIn) => call("session_sign_in", input),
    onSuccess: (session: SessionView) => arrive(session, !p.quiet),
    onError: (thrown) => {
      const error = asApiError(thrown);
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      if (ABOUT_PASSWORD.has(error.code)) p.form.set({ password: "" });
      p.form.refuse(error, ABOUT_SERVER.has(error.code) ? "server" : "password");
      p.onRefused?.(error.code);
    },
  });
  return { busy: isPending, signIn: (input) => !isPending && mutate(input) };
}
