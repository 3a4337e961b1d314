import { Users } from "lucide-react";
import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "customers",
    path: "/customers",
    labelKey: "nav.customers",
    aliases: "kehu kh",
    load: () => import("./list/CustomersPage"),
    warm: async (client) => (await import("./list/warm")).warm(client),
    help: "customers",
    permission: "customers_read",
    nav: { icon: Users, order: 10, group: "work", keys: ["g c"] },
  },
  {
    id: "customers.create",
    path: "/customers/new",
    labelKey: "customers.form_new",
    aliases: "xinjian kehu xjkh",
    load: () => import("./form/CreatePage"),
    help: "form",
    permission: "customers_create",
    create: { labelKey: "customers.form_new", keys: ["c c"] },
  },
  {
    id: "customers.page",
    path: "/customers/$id",
    labelKey: "nav.customers",
    load: () => import("./page/CustomerPage"),
    help: "customer",
    permission: "customers_read",
  },
  {
    id: "customers.edit",
    path: "/customers/$id/edit",
    labelKey: "customers.form_edit",
    load: () => import("./form/EditPage"),
    help: "form",
    permission: "customers_edit",
  },
];
