import { ScrollText } from "lucide-react";
import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "audits",
    path: "/audits",
    labelKey: "nav.audits",
    aliases: "shenji sj",
    load: () => import("./AuditsPage"),
    help: "audits",
    permission: "audits_read",
    nav: { icon: ScrollText, order: 20, group: "system", keys: ["g a"] },
  },
];
