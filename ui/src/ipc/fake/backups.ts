import type { BackupFile, BackupsView } from "../bindings";
import { startJob } from "./files";
import { type FakeStore, type Handlers, refuse } from "./store";

type BackupCommands = Pick<Handlers, Extract<keyof Handlers, `backups_${string}`>>;

const DAY = 86_400_000;

/** Backups of the stand-in: files are only names, and the password opens them all. */
export function backupCommands(store: FakeStore): BackupCommands {
  const view: BackupsView = {
    schedule: { every: "daily", folder: "/home/user/backups", keep: 7 },
    last: null,
    next: store.now() + DAY,
    missed: false,
    failed_at: null,
    failed: null,
    files: [],
    folder_error: null,
  };
  const find = (path: string): BackupFile => view.files.find((file) => file.path === path) ?? refuse("file_unreadable");
  const open = (password: string | null): void => {
    if (password !== store.password) refuse("backup_password", { field: "password" });
  };
  return {
    backups_state: () => view,
    backups_schedule: (schedule) => {
      if (!schedule.folder.startsWith("/")) return refuse("file_unwritable", { field: "folder" });
      Object.assign(view, { schedule, next: schedule.every === "off" ? null : (view.last ?? store.now()) + DAY });
      return view;
    },
    backups_create: () => {
      const name = `${store.nextId("langqiao-backup")}.lqbackup`;
      const path = `${view.schedule.folder}/${name}`;
      const customers = store.customers.filter((customer) => !customer.deleted).length;
      return startJob(store, "backup", name, customers, () => {
        const now = store.now();
        const bytes = 40_000 + customers * 300;
        view.files.unshift({ path, name, made_at: now, bytes, customers, own: true, known: true, verified_at: now, error: null });
        Object.assign(view, { last: now, next: now + DAY, missed: false, failed: null, failed_at: null });
        return { kind: "backup", path, bytes, removed: 0 };
      });
    },
    backups_verify: ({ path, password }) => {
      const file = find(path);
      if (!file.known) open(password);
      return startJob(store, "backup_check", file.name, file.customers, () => {
        file.verified_at = store.now();
        return { kind: "backup_check", path, rows: file.customers };
      });
    },
    backups_restore: ({ path, password }) => {
      open(password);
      const made_at = view.files.find((file) => file.path === path)?.made_at ?? store.now();
      return startJob(store, "restore", path, 100, () => {
        store.session = { ...store.session, phase: "locked" };
        queueMicrotask(() => store.emit("locked", null));
        return { kind: "restore", made_at, taken: store.sync.pending };
      });
    },
  };
}
