import type { Panel } from "../../kit/panels";

export const panels: readonly Panel[] = [
  {
    id: "transactions.list",
    place: "customers.page",
    order: 30,
    load: () => import("./TransactionsPanel"),
    warm: async (client, id) => (await import("./question")).warm(client, id),
  },
];
