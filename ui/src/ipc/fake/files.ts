import type { JobKind, JobResult, JobStep, JobView, Target } from "../bindings";
import { select } from "./search";
import { type FakeStore, type Handlers, refuse } from "./store";

type FileCommands = Pick<Handlers, Extract<keyof Handlers, `imports_${string}` | `exports_${string}` | `jobs_${string}`>>;

const COLUMNS: readonly [string, Target][] = [
  ["姓名", { kind: "field", field: "name" }],
  ["手机", { kind: "field", field: "mobile" }],
  ["证件号码", { kind: "field", field: "document_number" }],
  ["备注一", { kind: "extra" }],
];
const SAMPLE = [
  ["示例甲", "13800000001", "", "来自名单"],
  ["示例乙", "1380000", "", ""],
];

/** Steps a job takes in the stand-in, and the time between two. */
const STEPS = 20;
const STEP_MS = 150;

/** Import, export and the jobs that run them. Files are only names here; what is counted is made up. */
export function fileCommands(store: FakeStore): FileCommands {
  const start = (kind: JobKind, title: string, total: number, finish: () => JobResult): JobView => {
    const job: JobView = {
      id: store.nextId("job"),
      kind,
      title,
      state: "running",
      step: "reading",
      done: 0,
      total,
      started_at: store.now(),
      ended_at: null,
      remaining_ms: null,
      result: null,
      error: null,
    };
    store.jobs.unshift(job);
    advance(store, job, finish);
    return { ...job };
  };
  const counts = { rows: 2, new: 1, updated: 0, duplicates: 0, errors: 1 };
  return {
    imports_inspect: ({ path, options }) => {
      if (!/\.(csv|xlsx)$/i.test(path)) return refuse("file_kind", { field: "path" });
      return {
        name: path.split(/[\\/]/).pop() ?? path,
        format: path.toLowerCase().endsWith("xlsx") ? "xlsx" : "csv",
        options: options ?? { encoding: "gb18030", delimiter: ",", sheet: null, header: true },
        sheets: [],
        columns: COLUMNS.map(([name, target]) => ({ name, target })),
        sample: SAMPLE,
        rows: SAMPLE.length,
        remembered: false,
      };
    },
    imports_start: ({ path, dry_run }) => {
      const name = path.split(/[\\/]/).pop() ?? path;
      return start(dry_run ? "import_check" : "import", name, counts.rows, () => {
        const id = dry_run ? null : store.nextId("import");
        if (id) store.imports.unshift({ id, name, at: store.now(), counts, undone_at: null });
        return { kind: "import", import: id, counts, errors: [{ row: 3, column: "手机", code: "mobile_length", params: {} }] };
      });
    },
    imports_list: () => store.imports,
    imports_undo: ({ id }) => {
      const done = store.imports.find((one) => one.id === id) ?? refuse("not_found");
      return start("import_undo", done.name, done.counts.new, () => {
        done.undone_at = store.now();
        return { kind: "import_undo", removed: done.counts.new, restored: 0, kept: 0 };
      });
    },
    imports_save_errors: ({ path }) => ({ path }),
    exports_suggest: ({ name }) => ({ path: `/home/user/${name}` }),
    exports_start: ({ query, ids, path, reason }) => {
      if (!reason.trim()) return refuse("reason_missing", { field: "reason" });
      const rows = ids?.length ?? select(store, query).length;
      return start("export", path.split(/[\\/]/).pop() ?? path, rows, () => ({ kind: "export", path, rows }));
    },
    jobs_list: () => store.jobs.map((job) => ({ ...job })),
    jobs_cancel: ({ id }) => {
      const job = store.jobs.find((one) => one.id === id) ?? refuse("not_found");
      if (job.state === "running") Object.assign(job, { state: "cancelled", ended_at: store.now() });
      store.emit("jobs", null);
      return { ...job };
    },
  };
}

const STEP_WORDS: readonly JobStep[] = ["reading", "checking", "writing", "saving"];

function advance(store: FakeStore, job: JobView, finish: () => JobResult): void {
  let step = 0;
  const timer = setInterval(() => {
    if (job.state !== "running") return clearInterval(timer);
    step += 1;
    job.done = Math.floor((job.total * step) / STEPS);
    job.step = STEP_WORDS[Math.min(3, Math.floor((step / STEPS) * 4))] ?? "saving";
    job.remaining_ms = (STEPS - step) * STEP_MS;
    if (step === STEPS) {
      Object.assign(job, { state: "done", result: finish(), ended_at: store.now(), remaining_ms: null });
      store.emit("changed", { features: ["imports", "customers"] });
    }
    store.emit("jobs", null);
  }, STEP_MS);
}
