import { useMutation } from "@tanstack/react-query";
import { asApiError } from "../../ipc/backend";
import { call } from "../../ipc/call";
import type { SessionView } from "../../ipc/contract";
import { type Entries, useEntries } from "../../kit/form/useEntries";
import { useAgain } from "./NewPassword";

type Field = "old" | "new" | "again";

/** The form that changes the password: at the first sign-in, and whenever the user likes. */
export function useChangePassword(onChanged: (session: SessionView) => void): {
  form: Entries<Field>;
  tried: boolean;
  busy: boolean;
  submit: () => void;
} {
  const form = useEntries<Field>({ old: "", new: "", again: "" });
  const again = useAgain(form.values.new, form.values.again);
  const change = useMutation({
    mutationFn: () => call("session_change_password", { old: form.values.old, new: form.values.new }),
    onSuccess: onChanged,
    onError: (thrown) => {
      const error = asApiError(thrown);
      form.refuse(error, error.code === "password_wrong" || error.code === "sign_in_locked" ? "old" : "new");
    },
  });
  const submit = (): void => {
    if (!change.isPending && !form.missing("old", "new", "again") && again.same()) change.mutate();
  };
  return { form, tried: again.tried, busy: change.isPending, submit };
}
