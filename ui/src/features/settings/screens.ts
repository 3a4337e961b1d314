import { Settings } from "lucide-react";
import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "settings",
    path: "/settings",
    labelKey: "nav.settings",
    aliases: "shezhi sz",
    load: () => import("./SettingsPage"),
    help: "settings",
    nav: { icon: Settings, order: 90, group: "system", keys: ["g o"] },
  },
];
