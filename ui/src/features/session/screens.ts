import type { Screen } from "../../kit/screens";

export const screens: readonly Screen[] = [
  {
    id: "session.account",
    path: "/account",
    labelKey: "session.account",
    aliases: "zhanghu zh mima mm",
    load: () => import("./AccountPage"),
    help: "login",
  },
];
