/** State of the stand-in. Everything is made up by rule from a seed; nothing stands for a real person. */

import { type Command, CommandError, type EventName, type Events, type Input, type Output } from "../backend";
import type {
  ApiError,
  CaseView,
  ErrorCode,
  Field,
  HistoryView,
  ImportView,
  JobView,
  PendingView,
  Permission,
  Role,
  SavedView,
  SessionView,
  Settings,
  SyncMark,
  SyncRound,
  SyncView,
  TagView,
} from "../bindings";
import { DEFAULT_SETTINGS } from "../queries";
import { makeCases, makeCustomers } from "./sample";

export interface FakeCustomer {
  id: string;
  revision: number;
  values: Partial<Record<Field, string>>;
  extra: Record<string, string>;
  /** The import that brought it in. */
  import?: string;
  sync: SyncMark;
  created_at: number;
  updated_at: number;
  deleted: boolean;
  history: HistoryView[];
}

/** A case; whether its customer is here follows from the customers. */
export type FakeCase = Omit<CaseView, "customer_here">;

export interface FakeOptions {
  /** The password came from an administrator and has to be changed. */
  expired?: boolean;
  /** How the exchange with the server stands, when it is not what `online` says. */
  state?: SyncView["state"];
  customers?: number;
  phase?: SessionView["phase"];
  role?: Role;
  online?: boolean;
  joined?: boolean;
  /** Milliseconds between two steps of a job. */
  jobStepMs?: number;
  now?: () => number;
  settings?: Partial<Settings>;
}

export interface FakeStore {
  now: () => number;
  password: string;
  session: SessionView;
  settings: Settings;
  customers: FakeCustomer[];
  tags: TagView[];
  cases: FakeCase[];
  views: SavedView[];
  jobs: JobView[];
  jobStepMs: number | undefined;
  imports: ImportView[];
  rounds: SyncRound[];
  /** Changes that the server refused. */
  refused: PendingView[];
  sync: SyncView;
  undos: Map<string, () => void>;
  nextId: (prefix: string) => string;
  emit: <E extends EventName>(event: E, payload: Events[E]) => void;
}

/** Handlers of commands, typed by the same list as the real ones. */
export type Handlers = { [C in Command]: (input: Input<C>) => Output<C> | Promise<Output<C>> };

export const refuse = (code: ErrorCode, more: Partial<ApiError> = {}): never => {
  throw new CommandError({ code, trace_id: "fake", ...more });
};

const TAGS: readonly [string, string][] = [
  ["重点客户", "amber"],
  ["代发工资", "blue"],
  ["房贷", "teal"],
  ["子女教育", "violet"],
  ["沉睡", "grey"],
];

/** Every permission, in the order of the contract. */
export const PERMISSIONS: readonly Permission[] = [
  "customers_read",
  "customers_create",
  "customers_edit",
  "customers_delete",
  "customers_reveal",
  "customers_import",
  "customers_export",
  "customers_assign",
  "tags_edit",
  "cases_edit",
  "audits_read",
  "users_edit",
];

const READER = ["customers_read"] as const;
const HEAD = PERMISSIONS.filter((one) => one !== "users_edit" && one !== "cases_edit");
const MANAGER = HEAD.filter((one) => one !== "customers_assign" && one !== "audits_read");
const RISK = ["customers_read", "customers_reveal", "customers_export", "cases_edit", "audits_read"] as const;
const ADMINISTRATOR = ["users_edit"] as const;

const RIGHTS: Record<Role, readonly Permission[]> = {
  staff: READER,
  relationship_manager: MANAGER,
  manager: HEAD,
  risk_officer: RISK,
  administrator: ADMINISTRATOR,
};

export function makeStore(options: FakeOptions, emit: FakeStore["emit"]): FakeStore {
  const now = options.now ?? Date.now;
  const role = options.role ?? "relationship_manager";
  const joined = options.joined ?? true;
  const online = options.online ?? true;
  const customers = makeCustomers(options.customers ?? 2000, now());
  let last = 0;
  return {
    now,
    emit,
    password: "Langqiao-2026",
    nextId: (prefix) => {
      last += 1;
      return `${prefix}-${last}`;
    },
    session: {
      phase: options.phase ?? "unlocked",
      user: {
        id: "user-1",
        login: "rm0001",
        name: "示例经理",
        role,
        branch: "branch-1",
        branch_name: "示例支行营业部",
        permissions: [...RIGHTS[role]],
      },
      joined,
      server: joined ? "https://crm.example.com" : null,
      login: "rm0001",
      locked_until: null,
      last_sign_in: now() - 86_400_000,
      password_expired: options.expired ?? false,
      recovery: { fingerprint: null, since: null, refused: null },
      version: "0.1.0",
    },
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    customers,
    refused: joined ? refusedOf(customers) : [],
    tags: TAGS.map(([name, colour], index) => ({ id: `tag-${index + 1}`, name, colour, customers: 0, sync: "synced" })),
    // Nobody else's device ever gets one.
    cases: role === "risk_officer" ? makeCases(customers, now()) : [],
    views: [],
    jobs: [],
    jobStepMs: options.jobStepMs,
    imports: [],
    rounds: joined ? [{ at: now() - 240_000, took_ms: 820, pushed: 3, pulled: 12, error: null }] : [],
    sync: {
      joined,
      state: options.state ?? (joined ? (online ? "idle" : "offline") : "standalone"),
      pending: 0,
      refused: 0,
      conflicts: 0,
      last_success: joined ? now() - 240_000 : null,
      error: joined && !online ? "server_unreachable" : null,
      progress: null,
      server_name: joined ? "示例银行" : null,
      clock_ahead_ms: null,
    },
    undos: new Map(),
  };
}

/** One change that the server refused: a mobile number that an older release let pass. */
function refusedOf(customers: FakeCustomer[]): PendingView[] {
  const customer = customers[8];
  if (!customer) return [];
  customer.sync = "refused";
  const change = `refused-${customer.id}`;
  const made_at = customer.updated_at;
  const refused = { change, code: "mobile_prefix", field: "mobile", typed: { mobile: "128****5678" }, made_at } as const;
  return [{ change, entity: "customers", customer: customer.id, name: customer.values.name ?? "", fields: ["mobile"], made_at, refused }];
}
