import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { SessionView } from "../../ipc/contract";
import { sessionQuery } from "../../ipc/queries";
import { formatTime } from "../../kit/format/dates";
import { toast } from "../../kit/toast";

/** Takes over the session that a command answered. After a sign-in it tells when the one before was, so that a stranger's is noticed. */
export function useArrive(): (session: SessionView, signedIn?: boolean) => void {
  const client = useQueryClient();
  const { t } = useTranslation();
  return useCallback(
    (session, signedIn) => {
      client.setQueryData(sessionQuery.queryKey, session);
      if (signedIn && session.last_sign_in !== null) {
        toast({ text: t("session.last_sign_in_toast", { time: formatTime(session.last_sign_in) }), tone: "info" });
      }
    },
    [client, t],
  );
}
