import type { QueryClient } from "@tanstack/react-query";
import type { SessionView } from "../ipc/contract";
import { sessionQuery } from "../ipc/queries";
import { mayOpen, navScreens } from "./screens";

const isOpen = (session: SessionView | undefined): boolean => session?.phase === "unlocked" && !session.password_expired;

/** Lets the first screen ask as soon as the store opens: drawing the application takes longer than the answers do. */
export function warmFirstScreen(client: QueryClient): () => void {
  let was = false;
  return client.getQueryCache().subscribe(({ type, query }) => {
    if (type !== "updated" || query.queryKey[0] !== sessionQuery.queryKey[0]) return;
    const session = client.getQueryData(sessionQuery.queryKey);
    const opens = isOpen(session) && !was;
    was = isOpen(session);
    if (!opens) return;
    const held = session?.user?.permissions ?? [];
    // What can't be asked ahead is asked, or says why not, by the screen itself.
    void navScreens
      .find((screen) => mayOpen(screen, held))
      ?.warm?.(client)
      .catch(() => undefined);
  });
}
