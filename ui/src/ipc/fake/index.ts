/**
 * The stand-in for the use cases: it keeps state and is typed by the same command list, so a command it does not know does not
 * compile. It answers in a plain browser (development and screen tests), never in the application.
 */
import type { Backend, Command, EventName, Events } from "../backend";
import { accessCommands } from "./access";
import { accountCommands } from "./accounts";
import { auditCommands } from "./audits";
import { backupCommands } from "./backups";
import { caseCommands } from "./cases";
import { customerCommands } from "./customers";
import { deviceCommands } from "./devices";
import { fileCommands } from "./files";
import { listCommands } from "./lists";
import { sessionCommands } from "./session";
import { type FakeOptions, type FakeStore, type Handlers, makeStore, refuse } from "./store";
import { syncCommands } from "./sync";

export interface FakeBackend extends Backend {
  /** For tests: what is behind the commands, to arrange and to look at. */
  store: FakeStore;
  emit: FakeStore["emit"];
  /** Answers a command differently from now on, for example with an error. */
  override: <C extends Command>(command: C, handler: Handlers[C]) => void;
}

/** Commands that answer while the store is locked. */
const WITHOUT_STORE = /^(session_|settings_)/;

export function makeFake(options: FakeOptions = {}): FakeBackend {
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const emit = <E extends EventName>(event: E, payload: Events[E]): void => {
    for (const handler of listeners.get(event) ?? []) (handler as (payload: Events[E]) => void)(payload);
  };
  const store = makeStore(options, emit);
  const handlers: Handlers = {
    ...sessionCommands(store),
    ...customerCommands(store),
    ...accessCommands(store),
    ...accountCommands(store),
    ...listCommands(store),
    ...caseCommands(store),
    ...auditCommands(store),
    ...deviceCommands(store),
    ...fileCommands(store),
    ...backupCommands(store),
    ...syncCommands(store),
  };
  return {
    real: false,
    store,
    emit,
    override: (command, handler) => Object.assign(handlers, { [command]: handler }),
    call: async (command, input) => {
      if (!WITHOUT_STORE.test(command) && store.session.phase !== "unlocked") refuse("store_locked");
      const answer = await (handlers[command] as (input: unknown) => unknown)(input);
      // As over the real boundary: what comes back is a copy.
      return structuredClone(answer);
    },
    listen: async (event, handler) => {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(handler as (payload: never) => void));
      return () => set.delete(handler as (payload: never) => void);
    },
    zoom: async (factor) => {
      document.documentElement.style.setProperty("zoom", factor === 1 ? "" : String(factor));
    },
    chooseFile: async () => "/home/user/customers.csv",
    onFilesDropped: async () => () => undefined,
  };
}

/** Options from the address, for example `?customers=100000&phase=locked&online=0`. */
export function optionsOf(search: string): FakeOptions {
  const given = new URLSearchParams(search);
  const settings = given.get("settings");
  return {
    ...(given.has("customers") && { customers: Number(given.get("customers")) }),
    ...(given.has("phase") && { phase: given.get("phase") as NonNullable<FakeOptions["phase"]> }),
    ...(given.has("role") && { role: given.get("role") as NonNullable<FakeOptions["role"]> }),
    ...(given.has("online") && { online: given.get("online") !== "0" }),
    ...(given.has("jobStepMs") && { jobStepMs: Number(given.get("jobStepMs")) }),
    ...(given.has("expired") && { expired: given.get("expired") !== "0" }),
    ...(given.has("state") && { state: given.get("state") as NonNullable<FakeOptions["state"]> }),
    ...(given.has("joined") && { joined: given.get("joined") !== "0" }),
    ...(settings && { settings: JSON.parse(settings) }),
  };
}
