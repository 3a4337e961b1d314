import { FileInput } from "lucide-react";
import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "imports",
    path: "/imports",
    labelKey: "nav.imports",
    aliases: "daoru dr",
    load: () => import("./ImportsPage"),
    help: "import",
    permission: "customers_import",
    nav: { icon: FileInput, order: 30, group: "work", keys: ["g i"] },
  },
];
