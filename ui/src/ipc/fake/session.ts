import type { ErrorCode, SessionView } from "../bindings";
import { startJob } from "./files";
import { type FakeStore, type Handlers, refuse } from "./store";

type SessionCommands = Pick<Handlers, Extract<keyof Handlers, `session_${string}` | `settings_${string}`>>;

/** Wrong passwords before sign-in closes for ten minutes. */
const TRIES = 5;

const ADDRESS = /^(https:\/\/[\w.-]+|http:\/\/(localhost|127\.0\.0\.1))/;

/** What a screen may know: before the first sign-in nothing, after a sign-out not who it was. */
function seen(session: SessionView): SessionView {
  if (session.phase === "first_run") return { ...session, user: null, joined: false, server: null, login: null, last_sign_in: null };
  return session.phase === "signed_out" ? { ...session, user: null } : session;
}

function checkNew(password: string, field: string): void {
  if (password.length < 8) refuse("password_short", { field, params: { min: "8" } });
  const classes = [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z\d]/].filter((one) => one.test(password)).length;
  if (classes < 3) refuse("password_uniform", { field });
  if (/^password/i.test(password)) refuse("password_common", { field });
}

export function sessionCommands(store: FakeStore): SessionCommands {
  let wrong = 0;
  const enter = (phase: SessionView["phase"]): SessionView => {
    store.session = { ...store.session, phase };
    return seen(store.session);
  };
  const check = (password: string, code: ErrorCode): void => {
    const { locked_until: until } = store.session;
    if (until && until > store.now()) refuse("sign_in_locked", { params: { minutes: String(Math.ceil((until - store.now()) / 60_000)) } });
    if (password === store.password) {
      wrong = 0;
      return;
    }
    wrong += 1;
    if (wrong >= TRIES) store.session = { ...store.session, locked_until: store.now() + 600_000 };
    refuse(code);
  };
  return {
    session_state: () => seen(store.session),
    session_probe: ({ server }) =>
      ADDRESS.test(server)
        ? { server: server.replace(/\/+$/, ""), name: "示例银行", version: "0.1.0" }
        : refuse("server_address", { field: "server" }),
    session_create: ({ name, login, password }) => {
      checkNew(password, "password");
      store.password = password;
      store.session = {
        ...store.session,
        login,
        joined: false,
        server: null,
        user: store.session.user && { ...store.session.user, name, login },
      };
      store.sync = { ...store.sync, joined: false, state: "standalone", last_success: null, server_name: null };
      return enter("unlocked");
    },
    session_sign_in: ({ login, password, server }) => {
      if (server === null && login !== store.session.login) return refuse("store_missing");
      if (server !== null && !ADDRESS.test(server)) return refuse("server_address", { field: "server" });
      check(password, "sign_in_failed");
      if (store.sync.state === "sign_in_needed") store.sync = { ...store.sync, state: "idle", error: null };
      store.session = { ...store.session, login, joined: server !== null || store.session.joined, server: server ?? store.session.server };
      return enter("unlocked");
    },
    session_lock: () => {
      queueMicrotask(() => store.emit("locked", null));
      return enter("locked");
    },
    session_sign_out: () => enter("signed_out"),
    session_join: ({ server, password }) => {
      check(password, "sign_in_failed");
      store.session = { ...store.session, joined: true, server };
      store.sync = { ...store.sync, joined: true, state: "idle", last_success: store.now(), server_name: "示例银行" };
      store.emit("sync", null);
      return seen(store.session);
    },
    session_change_password: ({ old, new: chosen }) => {
      check(old, "password_wrong");
      if (chosen === old) return refuse("password_same", { field: "new" });
      checkNew(chosen, "new");
      store.password = chosen;
      store.session = { ...store.session, password_expired: false };
      return seen(store.session);
    },
    session_rekey: ({ password }) => {
      if (store.jobs.some((job) => job.state === "running")) return refuse("job_running");
      if (password !== store.password) return refuse("password_wrong", { field: "password" });
      const rows = store.customers.length * 3;
      return startJob(store, "rekey", store.session.login ?? "", rows * 2, () => ({ kind: "rekey", rows }));
    },
    settings_get: () => store.settings,
    settings_set: (settings) => {
      store.settings = settings;
      return settings;
    },
  };
}
