import { ArchiveRestore } from "lucide-react";
import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "backups",
    path: "/backups",
    labelKey: "nav.backups",
    aliases: "beifen bf huifu",
    load: () => import("./BackupsPage"),
    help: "backup",
    nav: { icon: ArchiveRestore, order: 85, group: "system", keys: ["g b"] },
  },
];
