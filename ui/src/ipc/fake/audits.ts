import type { AuditField, AuditRow } from "../bindings";
import { type FakeStore, type Handlers, refuse } from "./store";

const MINUTE = 60_000;
const PAGE = 100;
/** Entries of the invented branch; more than one page. */
const COUNT = 240;

const field = (name: string, old: string | null, next: string | null): AuditField => ({ name, hidden: false, old, new: next });
const hidden = (name: string): AuditField => ({ name, hidden: true, old: null, new: null });
const id = (block: string, n: number): string => `00000000-0000-7000-${block}-${String(n).padStart(12, "0")}`;

/** What stands in the entry of each kind of deed. */
const DEEDS: readonly (Pick<AuditRow, "action" | "fields"> & Partial<AuditRow>)[] = [
  { action: "customers_reveal", fields: [field("field", null, "mobile")], reason: "电话回访" },
  { action: "update", fields: [field("notes", "老客户", "已回访"), hidden("mobile")] },
  {
    action: "customers_export",
    fields: [field("rows", null, "120"), field("format", null, "xlsx")],
    reason: "季度报表",
    entity: null,
    record: null,
  },
  { action: "create", fields: [field("name", null, "陈静"), field("kind", null, "personal"), hidden("document_number")] },
  { action: "sign_in", fields: [], entity: null, record: null },
];

/** The audit of the invented branch, newest first. */
function entriesOf(store: FakeStore): AuditRow[] {
  const now = store.now();
  return Array.from({ length: COUNT }, (_, index) => {
    const customer = store.customers[index % 7];
    const own = index % 2 === 0;
    const deed = DEEDS[index % DEEDS.length];
    return {
      branch: "branch-1",
      branch_name: store.session.user?.branch_name ?? "",
      position: COUNT - index,
      at: now - index * 47 * MINUTE,
      made_at: now - index * 47 * MINUTE - 900,
      user: own ? "user-1" : "user-2",
      user_name: own ? (store.session.user?.name ?? "") : "示例同事",
      device: id("8000", own ? 1 : 2),
      device_name: own ? "柜台一号电脑" : "移动展业平板",
      action: "update",
      entity: "customers",
      record: customer?.id ?? null,
      record_name: customer?.values.name ?? "",
      change: null,
      fields: [],
      reason: null,
      ...deed,
      ...(deed?.record === null && { record_name: "" }),
    };
  });
}

const dayOf = (at: number): string => new Date(at + 8 * 60 * MINUTE).toISOString().slice(0, 10);

export function auditCommands(store: FakeStore): Pick<Handlers, "audits_page"> {
  const all = entriesOf(store);
  return {
    audits_page: ({ user, action, record, device, from, to, after }) => {
      if (!store.session.user?.permissions.includes("audits_read")) refuse("not_allowed");
      if (!store.session.joined) refuse("not_joined");
      if (store.sync.state === "offline") refuse("server_unreachable");
      const is = (wanted: string | null, has: string | null): boolean => wanted === null || wanted === has;
      const found = all.filter(
        (row) =>
          is(user, row.user) &&
          is(action, row.action) &&
          is(record, row.record) &&
          is(device, row.device) &&
          (from === null || dayOf(row.at) >= from) &&
          (to === null || dayOf(row.at) <= to) &&
          (after === null || row.position < after.position),
      );
      const rows = found.slice(0, PAGE);
      const last = rows.at(-1);
      return { rows, next: last && rows.length === PAGE ? { at: last.at, position: last.position, branch: last.branch } : null };
    },
  };
}
