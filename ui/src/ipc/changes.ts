import type { Query, QueryClient } from "@tanstack/react-query";
import type { Backend } from "./backend";

/**
 * Screens refresh from the change report: when records of a feature changed, wherever it happened, every query whose key begins
 * with the feature's word is read again. No mutation keeps a list of what it touches.
 */
export function invalidate(client: QueryClient, feature: string): void {
  const concerned = { predicate: (query: Query) => query.queryKey[0] === feature };
  for (const query of client.getQueryCache().findAll(concerned)) {
    // A first answer that is on its way may be older than the change, and the library would keep it: it asks again only
    // where it has an answer.
    if (query.state.data === undefined && query.state.fetchStatus === "fetching") void query.cancel({ silent: true });
  }
  void client.invalidateQueries(concerned);
}

/** Listens to the use cases' news; the answer stops. */
export async function listenForChanges(backend: Backend, client: QueryClient, onLocked: () => void): Promise<() => void> {
  const stops = await Promise.all([
    backend.listen("changed", ({ features }) => {
      for (const feature of features) invalidate(client, feature);
    }),
    backend.listen("jobs", () => invalidate(client, "jobs")),
    backend.listen("sync", () => invalidate(client, "sync")),
    backend.listen("locked", onLocked),
  ]);
  return () => {
    for (const stop of stops) stop();
  };
}
