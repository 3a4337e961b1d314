import { accountsQuery } from "../../ipc/records";
import type { Panel } from "../../kit/panels";

export const panels: readonly Panel[] = [
  {
    id: "accounts.holdings",
    place: "customers.page",
    order: 10,
    load: () => import("./HoldingsPanel"),
    warm: (client, id) => client.prefetchQuery(accountsQuery(id)),
  },
  {
    id: "accounts.curve",
    place: "customers.page",
    order: 20,
    load: () => import("./CurvePanel"),
    warm: async (client, id) => (await import("./range")).warmCurve(client, id),
  },
];
