import { useQueryClient } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Activity, type ComponentType, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SessionView } from "../ipc/contract";
import { useSession, useSettings } from "../ipc/queries";
import { forgetPlaces } from "../kit/grid/memory";
import { forgetHandover } from "../kit/handover";
import { useRegistry } from "../kit/keys/actions";
import { later } from "../kit/later";
import { Loading, State } from "../kit/states";
import { forgetToasts } from "../kit/toast";
import type { makeRouter } from "./router";
import { useIdleLock } from "./useIdleLock";

/** What the feature `session` shows while the store is not open: first run, sign-in, lock. */
export interface SessionGateProps {
  session: SessionView;
  /** Opens a guide: F1 helps here too. */
  onHelp: (topic: string) => void;
}

// Whoever starts the application sees it first, so it waits for no file of its own.
const gates = import.meta.glob<{ default: ComponentType<SessionGateProps> }>("../features/session/SessionGate.tsx", { eager: true });
const SessionGate = Object.values(gates)[0]?.default ?? NoGate;
const { Part: GuideDialog } = later(() => import("../features/help/GuideDialog"));

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
      {!open && <Closed session={session} />}
    </>
  );
}

/** What is shown before the store is open, with its guides over it. */
function Closed({ session }: { session: SessionView }) {
  const [topic, setTopic] = useState<string | null>(null);
  const [asked, setAsked] = useState(false);
  if (topic !== null && !asked) setAsked(true);
  return (
    <>
      <SessionGate session={session} onHelp={setTopic} />
      {asked && (
        <Suspense fallback={null}>
          <GuideDialog topic={topic} onTopic={setTopic} onClose={() => setTopic(null)} />
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
    if (phase === "locked") return;
    forgetPlaces();
    forgetHandover();
  }, [phase, client]);
}
