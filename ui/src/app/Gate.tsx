import { useQueryClient } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Activity, type ComponentType, lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SessionView } from "../ipc/contract";
import { useSession, useSettings } from "../ipc/queries";
import { forgetPlaces } from "../kit/grid/memory";
import { useRegistry } from "../kit/keys/actions";
import { Loading, State } from "../kit/states";
import { forgetToasts } from "../kit/toast";
import type { makeRouter } from "./router";
import { useIdleLock } from "./useIdleLock";

/** What the feature `session` shows while the store is not open: first run, sign-in, lock. */
export interface SessionGateProps {
  session: SessionView;
}

const gates = import.meta.glob<{ default: ComponentType<SessionGateProps> }>("../features/session/SessionGate.tsx");
const loadGate = Object.values(gates)[0];
const SessionGate = loadGate ? lazy(loadGate) : NoGate;

function NoGate() {
  const { t } = useTranslation();
  return <State title={t("errors.signed_out")} />;
}

/**
 * Decides between the sign-in screens and the application. While the store is locked the application stays in memory, hidden, so
 * that drafts and places survive; its data are forgotten and read again afterwards.
 */
export function Gate(p: { router: ReturnType<typeof makeRouter> }) {
  const session = useSession();
  const phase = session?.phase;
  const open = phase === "unlocked" && !session?.password_expired;
  const [begun, setBegun] = useState(false);
  if (open && !begun) setBegun(true);
  if (begun && (phase === "signed_out" || phase === "first_run")) setBegun(false);
  useForgetting(phase);
  useIdleLock(useSettings().lock_minutes, phase === "unlocked");
  useEffect(() => useRegistry.setState({ permissions: new Set(session?.user?.permissions) }), [session?.user?.permissions]);
  if (!session) return <Loading />;
  return (
    <>
      {begun && (
        <Activity mode={open ? "visible" : "hidden"}>
          <RouterProvider router={p.router} />
        </Activity>
      )}
      {!open && (
        <Suspense fallback={<Loading />}>
          <SessionGate session={session} />
        </Suspense>
      )}
    </>
  );
}

const SURVIVES = new Set<unknown>(["session", "settings"]);

/** What was read about customers does not outlast the open store. */
function useForgetting(phase: SessionView["phase"] | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (phase === "unlocked" || phase === undefined) return;
    client.removeQueries({ predicate: (query) => !SURVIVES.has(query.queryKey[0]) });
    forgetToasts();
    if (phase !== "locked") forgetPlaces();
  }, [phase, client]);
}
