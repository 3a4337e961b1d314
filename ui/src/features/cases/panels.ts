import type { Panel } from "../../kit/panels";

export const panels: readonly Panel[] = [{ id: "cases.open", place: "customers.actions", order: 10, load: () => import("./OpenCase") }];
