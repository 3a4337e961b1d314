import { RefreshCw } from "lucide-react";
import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "sync",
    path: "/sync",
    labelKey: "nav.sync",
    aliases: "tongbu zhongxin tbzx tb chongtu lixian",
    load: () => import("./SyncPage"),
    help: "sync",
    nav: { icon: RefreshCw, order: 80, group: "system", keys: ["g k"] },
  },
];
