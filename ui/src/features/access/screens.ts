import { ShieldQuestion } from "lucide-react";
import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "access",
    path: "/access",
    labelKey: "nav.access",
    aliases: "weihekejian whkj quanxian qx",
    load: () => import("./AccessPage"),
    help: "access",
    nav: { icon: ShieldQuestion, order: 70, group: "system", keys: ["g y"] },
  },
];
