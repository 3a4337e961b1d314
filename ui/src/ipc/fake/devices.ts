import type { DeviceRow } from "../bindings";
import { type FakeStore, type Handlers, refuse } from "./store";

const HOUR = 3_600_000;

/** Devices of the invented bank: one at hand, one that works elsewhere, one that was locked and has not been heard of. */
export function deviceCommands(store: FakeStore): Pick<Handlers, "devices_list" | "devices_revoke"> {
  const now = store.now();
  const device = (n: number, name: string, user_name: string, more: Partial<DeviceRow["device"]> = {}): DeviceRow => ({
    user_name,
    is_this: n === 1,
    device: {
      id: `00000000-0000-7000-8000-00000000000${n}`,
      user: `00000000-0000-7000-9000-00000000000${n}`,
      name,
      registered_at: now - n * 30 * 24 * HOUR,
      seen_at: now - n * HOUR,
      pulled_at: now - n * HOUR,
      held: 120 * n,
      behind: 0,
      revoked_at: null,
      wiped_at: null,
      ...more,
    },
  });
  const rows = [
    device(1, "柜台一号电脑", "王芳"),
    device(2, "移动展业平板", "李强", { behind: 14 }),
    device(3, "旧笔记本", "赵敏", { revoked_at: now - 5 * HOUR }),
    device(4, "二楼电脑", "陈静", { revoked_at: now - 50 * HOUR, wiped_at: now - 49 * HOUR, held: 0 }),
    device(5, "新电脑", "", { pulled_at: null, held: null }),
  ];
  const guard = (): void => {
    if (!store.session.user?.permissions.includes("users_edit")) refuse("not_allowed");
    if (!store.session.joined) refuse("not_joined");
    if (store.sync.state === "offline") refuse("server_unreachable");
  };
  return {
    devices_list: () => {
      guard();
      return rows;
    },
    devices_revoke: ({ id }) => {
      guard();
      const row = rows.find((one) => one.device.id === id) ?? refuse("not_found");
      row.device.revoked_at ??= store.now();
      return null;
    },
  };
}
