import { CircleQuestionMark } from "lucide-react";
import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "help",
    path: "/help",
    labelKey: "nav.help",
    aliases: "bangzhu bz",
    load: () => import("./HelpPage"),
    help: "help",
    nav: { icon: CircleQuestionMark, order: 95, group: "system" },
  },
  { id: "help.topic", path: "/help/$topic", labelKey: "nav.help", load: () => import("./HelpPage"), help: "help" },
];
