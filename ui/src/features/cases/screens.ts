import { FileSearch } from "lucide-react";
import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "cases",
    path: "/cases",
    labelKey: "nav.cases",
    aliases: "keyi jiaoyi gean kyjy ga",
    load: () => import("./CasesPage"),
    help: "cases",
    permission: "cases_edit",
    nav: { icon: FileSearch, order: 15, group: "work", keys: ["g s"] },
  },
];
