import { MonitorSmartphone } from "lucide-react";
import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "devices",
    path: "/devices",
    labelKey: "nav.devices",
    aliases: "shebei sb",
    load: () => import("./DevicesPage"),
    help: "devices",
    permission: "users_edit",
    nav: { icon: MonitorSmartphone, order: 10, group: "system", keys: ["g d"] },
  },
];
