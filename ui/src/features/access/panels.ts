import type { Panel } from "../../kit/panels";

export const panels: readonly Panel[] = [{ id: "access.why", place: "customers.page", order: 90, load: () => import("./WhyPanel") }];
