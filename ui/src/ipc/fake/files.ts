import type { Field, FileOptions, ImportCounts, ImportMode, JobKind, JobResult, JobStep, JobView, RowError, Target } from "../bindings";
import { select } from "./search";
import { type FakeCustomer, type FakeStore, type Handlers, refuse } from "./store";

type FileCommands = Pick<Handlers, Extract<keyof Handlers, `imports_${string}` | `exports_${string}` | `jobs_${string}`>>;

const field = (name: Field): Target => ({ kind: "field", field: name });
const COLUMNS: readonly [string, Target][] = [
  ["姓名", field("name")],
  ["手机", field("mobile")],
  ["证件号码", field("document_number")],
  ["性别", field("gender")],
  ["年收入", field("income")],
  ["工作单位", field("employer")],
  ["上次来访", { kind: "extra" }],
];

/** The stand-in's file: rows by rule, some of which exist already and some of which are wrong. */
const ROWS = 40;
const EXISTING = 6;
const ERRORS: readonly RowError[] = [
  { row: 9, column: "手机", code: "mobile_length", params: {} },
  { row: 17, column: "证件号码", code: "document_number_check", params: {} },
  { row: 24, column: null, code: "row_twice", params: {} },
];
const FRESH = ROWS - EXISTING - ERRORS.length;
const EMPLOYERS = ["示例第一中学", "示例制造有限公司", "示例街道办事处", ""];

const nameOf = (index: number): string => `示例${"甲乙丙丁戊己庚辛壬癸"[index % 10]}${index >= 10 ? Math.floor(index / 10) : ""}`;
const rowOf = (index: number): string[] => [
  nameOf(index),
  index === 7 ? "1380000" : `1380000${String(1000 + index)}`,
  index === 15 ? "110105199003071234" : "",
  index % 2 ? "女" : "男",
  String(60_000 + index * 1500),
  EMPLOYERS[index % EMPLOYERS.length] ?? "",
  `2026-0${1 + (index % 9)}-15`,
];

/** Steps a job takes in the stand-in, and the time between two. */
const STEPS = 20;
const STEP_MS = 150;

const fileName = (path: string): string => path.split(/[\\/]/).pop() ?? path;

/** Import, export and the jobs that run them. Files are only names here; what is counted is made up. */
export function fileCommands(store: FakeStore): FileCommands {
  return { ...importCommands(store), ...exportCommands(store), ...jobCommands(store) };
}

function importCommands(store: FakeStore): Pick<Handlers, Extract<keyof Handlers, `imports_${string}`>> {
  return {
    imports_inspect: ({ path, options }) => {
      if (!/\.(csv|xlsx)$/i.test(path)) return refuse("file_kind", { field: "path" });
      if (/missing/.test(path)) return refuse("file_unreadable", { field: "path" });
      const xlsx = /xlsx$/i.test(path);
      const found: FileOptions = xlsx
        ? { encoding: null, delimiter: null, sheet: "名单", header: true }
        : { encoding: "gb18030", delimiter: ",", sheet: null, header: true };
      const read = options ?? found;
      const rows = Array.from({ length: 20 }, (_, index) => rowOf(index));
      const garbled = !xlsx && read.encoding !== "gb18030";
      const shown = garbled ? rows.map((row) => row.map((cell) => cell.replace(/[^\x20-\x7e]/g, "\ufffd"))) : rows;
      return {
        name: fileName(path),
        format: xlsx ? "xlsx" : "csv",
        options: read,
        sheets: xlsx ? ["名单", "说明"] : [],
        columns: COLUMNS.map(([name, target], index) =>
          read.header ? { name, target } : { name: String(index + 1), target: { kind: "extra" } },
        ),
        sample: read.header ? shown : [COLUMNS.map(([name]) => name), ...shown],
        rows: read.header ? ROWS : ROWS + 1,
        remembered: read.header && store.imports.length > 0,
      };
    },
    imports_start: ({ path, mapping, mode, dry_run }) => {
      const fields = mapping.flatMap((target) => (target.kind === "field" ? [target.field] : []));
      if (!fields.includes("name")) return refuse("mapping_name", { field: "mapping" });
      if (new Set(fields).size < fields.length) return refuse("mapping_twice", { field: "mapping" });
      const name = fileName(path);
      const counts = countsOf(mode);
      return startJob(store, dry_run ? "import_check" : "import", name, counts.rows, () => {
        const id = dry_run ? null : store.nextId("import");
        if (id) {
          store.imports.unshift({ id, name, at: store.now(), counts, undone_at: null });
          store.customers.push(...Array.from({ length: counts.new }, (_, index) => imported(store, id, EXISTING + index)));
        }
        return { kind: "import", import: id, counts, errors: [...ERRORS] };
      });
    },
    imports_list: () => store.imports,
    imports_undo: ({ id }) => {
      const done = store.imports.find((one) => one.id === id) ?? refuse("not_found");
      return startJob(store, "import_undo", done.name, done.counts.new, () => {
        done.undone_at = store.now();
        for (const customer of store.customers) if (customer.import === id) customer.deleted = true;
        return { kind: "import_undo", removed: done.counts.new, restored: done.counts.updated, kept: 0 };
      });
    },
    imports_save_errors: ({ path }) => ({ path }),
  };
}

const countsOf = (mode: ImportMode): ImportCounts => ({
  rows: ROWS,
  new: FRESH,
  updated: mode === "update" ? EXISTING - 1 : 0,
  duplicates: mode === "update" ? 1 : EXISTING,
  errors: ERRORS.length,
});

const imported = (store: FakeStore, id: string, index: number): FakeCustomer => ({
  id: store.nextId("customer-imported"),
  revision: 1,
  values: {
    kind: "personal",
    name: nameOf(index),
    mobile: `1380000${String(1000 + index)}`,
    income: String((60_000 + index * 1500) * 100),
  },
  extra: {},
  import: id,
  sync: "pending",
  created_at: store.now(),
  updated_at: store.now(),
  deleted: false,
  history: [],
});

function exportCommands(store: FakeStore): Pick<Handlers, Extract<keyof Handlers, `exports_${string}`>> {
  const written = new Set<string>();
  return {
    exports_suggest: ({ name }) => ({ path: `/home/user/${name}` }),
    exports_start: ({ query, ids, path, replace, reason }) => {
      if (!reason.trim()) return refuse("reason_missing", { field: "reason" });
      if (written.has(path) && !replace) return refuse("file_exists", { field: "path" });
      const rows = ids?.length ?? select(store, query).length;
      return startJob(store, "export", fileName(path), rows, () => {
        written.add(path);
        return { kind: "export", path, rows };
      });
    },
  };
}

function jobCommands(store: FakeStore): Pick<Handlers, Extract<keyof Handlers, `jobs_${string}`>> {
  return {
    jobs_list: () => store.jobs.map((job) => ({ ...job })),
    jobs_cancel: ({ id }) => {
      const job = store.jobs.find((one) => one.id === id) ?? refuse("not_found");
      if (job.state === "running") Object.assign(job, { state: "cancelled", ended_at: store.now(), remaining_ms: null });
      store.emit("jobs", null);
      return { ...job };
    },
  };
}

export function startJob(store: FakeStore, kind: JobKind, title: string, total: number, finish: () => JobResult): JobView {
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
}

const STEP_WORDS: readonly JobStep[] = ["reading", "checking", "writing", "saving"];

function advance(store: FakeStore, job: JobView, finish: () => JobResult): void {
  const pause = store.jobStepMs ?? STEP_MS;
  let step = 0;
  const timer = setInterval(() => {
    if (job.state !== "running") return clearInterval(timer);
    step += 1;
    job.done = Math.floor((job.total * step) / STEPS);
    job.step = STEP_WORDS[Math.min(3, Math.floor((step / STEPS) * 4))] ?? "saving";
    job.remaining_ms = (STEPS - step) * pause;
    if (step === STEPS) {
      Object.assign(job, { state: "done", result: finish(), ended_at: store.now(), remaining_ms: null });
      store.emit("changed", { features: ["imports", "customers", "backups"] });
    }
    store.emit("jobs", null);
  }, pause);
}
