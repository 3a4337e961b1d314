import { Tags } from "lucide-react";
import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "tags",
    path: "/tags",
    labelKey: "nav.tags",
    aliases: "biaoqian bq",
    load: () => import("./TagsPage"),
    help: "tags",
    permission: "customers_read",
    nav: { icon: Tags, order: 20, group: "work", keys: ["g l"] },
  },
];
