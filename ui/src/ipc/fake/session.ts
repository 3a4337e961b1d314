import { type FakeStore, type Handlers, refuse } from "./store";

type SessionCommands = Pick<Handlers, Extract<keyof Handlers, `session_${string}` | `settings_${string}`>>;

/** Wrong passwords before sign-in closes for ten minutes. */
const TRIES = 5;

export function sessionCommands(store: FakeStore): SessionCommands {
  let wrong = 0;
  const enter = (phase: FakeStore["session"]["phase"]): FakeStore["session"] => {
    store.session = { ...store.session, phase };
    return store.session;
  };
  const check = (password: string): void => {
    const { locked_until: until } = store.session;
    if (until && until > store.now()) refuse("sign_in_locked", { params: { minutes: String(Math.ceil((until - store.now()) / 60_000)) } });
    if (password === store.password) {
      wrong = 0;
      return;
    }
    wrong += 1;
    if (wrong >= TRIES) store.session = { ...store.session, locked_until: store.now() + 600_000 };
    refuse("sign_in_failed");
  };
  return {
    session_state: () => store.session,
    session_probe: ({ server }) =>
      /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1))/.test(server)
        ? { server, name: "示例银行", version: "0.1.0" }
        : refuse("server_address", { field: "server" }),
    session_create: ({ name, login, password }) => {
      if (password.length < 10) return refuse("password_short", { field: "password", params: { min: "10" } });
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
    session_sign_in: ({ password }) => {
      check(password);
      return enter("unlocked");
    },
    session_lock: () => {
      queueMicrotask(() => store.emit("locked", null));
      return enter("locked");
    },
    session_sign_out: () => enter("signed_out"),
    session_join: ({ server, password }) => {
      check(password);
      store.session = { ...store.session, joined: true, server };
      store.sync = { ...store.sync, joined: true, state: "idle", last_success: store.now(), server_name: "示例银行" };
      return store.session;
    },
    session_change_password: ({ old, new: chosen }) => {
      check(old);
      if (chosen === old) return refuse("password_same", { field: "new" });
      store.password = chosen;
      store.session = { ...store.session, password_expired: false };
      return store.session;
    },
    settings_get: () => store.settings,
    settings_set: (settings) => {
      store.settings = settings;
      return settings;
    },
  };
}
