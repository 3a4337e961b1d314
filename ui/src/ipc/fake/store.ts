/** State of the stand-in. Everything is made up by rule from a seed; nothing stands for a real person. */

import { type Command, CommandError, type EventName, type Events, type Input, type Output } from "../backend";
import type {
  ApiError,
  ErrorCode,
  Field,
  HistoryView,
  ImportView,
  JobView,
  SavedView,
  SessionView,
  Settings,
  SyncMark,
  SyncRound,
  SyncView,
  TagView,
} from "../bindings";
import { DEFAULT_SETTINGS } from "../queries";
import { makeCustomers } from "./sample";

export interface FakeCustomer {
  id: string;
  revision: number;
  values: Partial<Record<Field, string>>;
  extra: Record<string, string>;
  sync: SyncMark;
  created_at: number;
  updated_at: number;
  deleted: boolean;
  history: HistoryView[];
}

export interface FakeOptions {
  customers?: number;
  phase?: SessionView["phase"];
  role?: "relationship_manager" | "staff";
  online?: boolean;
  joined?: boolean;
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
  views: SavedView[];
  jobs: JobView[];
  imports: ImportView[];
  rounds: SyncRound[];
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

const READER = ["customers_read"] as const;
const MANAGER = [
  "customers_read",
  "customers_create",
  "customers_edit",
  "customers_delete",
  "customers_reveal",
  "customers_import",
  "customers_export",
  "tags_edit",
] as const;

export function makeStore(options: FakeOptions, emit: FakeStore["emit"]): FakeStore {
  const now = options.now ?? Date.now;
  const role = options.role ?? "relationship_manager";
  const joined = options.joined ?? true;
  const online = options.online ?? true;
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
        permissions: [...(role === "staff" ? READER : MANAGER)],
      },
      joined,
      server: joined ? "https://crm.example.com" : null,
      login: "rm0001",
      locked_until: null,
      last_sign_in: now() - 86_400_000,
      password_expired: false,
      version: "0.1.0",
    },
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    customers: makeCustomers(options.customers ?? 2000, now()),
    tags: TAGS.map(([name, colour], index) => ({ id: `tag-${index + 1}`, name, colour, customers: 0, sync: "synced" })),
    views: [],
    jobs: [],
    imports: [],
    rounds: joined ? [{ at: now() - 240_000, took_ms: 820, pushed: 3, pulled: 12, error: null }] : [],
    sync: {
      joined,
      state: joined ? (online ? "idle" : "offline") : "standalone",
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
