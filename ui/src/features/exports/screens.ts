import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "exports",
    path: "/exports",
    labelKey: "exports.title",
    aliases: "daochu dc",
    load: () => import("./ExportPage"),
    help: "export",
    permission: "customers_export",
  },
];
