import type { FieldWhy, LookupHit, Permission, PermissionWhy, Role, Rule, Scope } from "../bindings";
import { FIELDS } from "./search";
import { type FakeCustomer, type FakeStore, type Handlers, PERMISSIONS, refuse } from "./store";

type AccessCommands = Pick<Handlers, "access_overview" | "access_customer" | "access_lookup">;

const OF_ONE: readonly Permission[] = [
  "customers_read",
  "customers_edit",
  "customers_delete",
  "customers_reveal",
  "customers_export",
  "customers_assign",
  "cases_edit",
];

/** Why the roles that the stand-in knows do not have what they do not have. */
const LACKS: Partial<Record<Role, Rule>> = {
  staff: "staff_reads_only",
  risk_officer: "checks_without_changing",
  administrator: "administrator_apart",
};

function ruleOf(store: FakeStore, permission: Permission): Rule {
  const role = store.session.user?.role ?? "staff";
  if (store.session.user?.permissions.includes(permission)) {
    if (permission === "users_edit") return "administers_users";
    if (permission === "cases_edit") return "works_on_cases";
    if (permission === "customers_read") return "reads_customers";
    return role === "risk_officer" ? "checks_branch" : "works_with_customers";
  }
  if (permission === "users_edit") return "users_by_administrator";
  if (permission === "cases_edit" && role !== "administrator") return "cases_kept_secret";
  return LACKS[role] ?? (permission === "audits_read" ? "audit_by_supervisors" : "leader_assigns");
}

const scopeOf = (role: Role | undefined): Scope => {
  if (role === "administrator") return "none";
  return role === "relationship_manager" ? "own" : "branch";
};

/** A customer by its number in the invented branch that only the server knows of; and one that a colleague looks after. */
const AWAY: Omit<LookupHit, "rule"> = { id: "customer-away", name: "欧阳慕白" };
const BEYOND = "E12345678";

export function accessCommands(store: FakeStore): AccessCommands {
  const may = (permission: Permission): boolean => store.session.user?.permissions.includes(permission) ?? false;
  const permission = (one: Permission): PermissionWhy => ({ permission: one, allowed: may(one), rule: ruleOf(store, one) });
  const field = ({ field: name, access }: (typeof FIELDS)[number]): FieldWhy => {
    const masked = access === "masked";
    const changed = ruleOf(store, name === "owner" || name === "branch" ? "customers_assign" : "customers_edit");
    const editable = changed === "works_with_customers";
    return {
      field: name,
      access: masked ? (editable ? "masked" : "masked_readonly") : editable ? "editable" : "readonly",
      seen: masked ? "masked_by_class" : name === "income" || name === "assets" ? "amount_in_scope" : "shown_in_scope",
      revealed: masked ? ruleOf(store, "customers_reveal") : null,
      changed,
    };
  };
  const scopeRule = (): Rule => (scopeOf(store.session.user?.role) === "own" ? "own_customer" : "own_branch");
  const there = (one: FakeCustomer): boolean => !one.deleted && may("customers_read");
  return {
    access_overview: () => {
      const role = store.session.user?.role ?? "staff";
      const scope = scopeOf(role);
      return {
        role,
        scope,
        branches: scope === "branch" ? [store.session.user?.branch_name ?? ""] : [],
        permissions: PERMISSIONS.map(permission),
        fields: may("customers_read") ? FIELDS.map(field) : [],
      };
    },
    access_customer: ({ id }) => {
      const kind = (store.customers.find((one) => one.id === id && there(one)) ?? refuse("not_found")).values.kind ?? "personal";
      const fields = FIELDS.filter((view) => view.kinds === "both" || view.kinds === kind);
      return { rule: scopeRule(), permissions: OF_ONE.map(permission), fields: fields.map(field) };
    },
    access_lookup: ({ text }) => {
      const asked = text.trim();
      if (asked === "") return refuse("text_blank", { field: "text" });
      const scope = scopeOf(store.session.user?.role);
      const named = store.customers.filter((one) => there(one) && one.values.name?.includes(asked)).slice(0, 20);
      const here = named.map((one) => ({ id: one.id, name: one.values.name ?? "", rule: scopeRule() }));
      const online = store.session.joined && store.sync.state !== "offline";
      return {
        here,
        away: online && asked === AWAY.name && scope !== "none" ? [{ ...AWAY, rule: scopeRule() }] : [],
        beyond: online && asked === BEYOND && scope === "own" ? "others_customer" : null,
        scope,
        asked: online,
        error: store.session.joined && !online ? "server_unreachable" : null,
      };
    },
  };
}
