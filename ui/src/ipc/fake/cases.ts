import type { CaseView } from "../bindings";
import { type FakeCase, type FakeStore, type Handlers, refuse } from "./store";

const TEXT_MAX = 4000;

/** Suspicious-transaction cases: for those who work on them, to everybody else they do not exist. */
export function caseCommands(store: FakeStore): Pick<Handlers, "cases_list" | "cases_open" | "cases_update"> {
  const guard = (): void => {
    if (!store.session.user?.permissions.includes("cases_edit")) refuse("not_allowed");
  };
  const customer = (id: string) => store.customers.find((one) => one.id === id && !one.deleted);
  const view = (one: FakeCase): CaseView => ({ ...one, customer_here: customer(one.customer) !== undefined });
  const changed = (one: FakeCase): CaseView => {
    one.updated_at = store.now();
    one.sync = store.sync.joined ? "pending" : "synced";
    queueMicrotask(() => {
      store.emit("changed", { features: ["cases"] });
      store.emit("sync", null);
    });
    return view(one);
  };
  return {
    cases_list: () => {
      guard();
      const concluded = (one: FakeCase): number => Number(one.state !== "open");
      return store.cases.map(view).sort((a, b) => concluded(a) - concluded(b) || b.updated_at - a.updated_at);
    },
    cases_open: ({ customer: id, narrative: typed }) => {
      guard();
      const narrative = text("narrative", typed);
      const { values } = customer(id) ?? refuse("not_found");
      const one: FakeCase = {
        id: store.nextId("case-new"),
        customer: id,
        name: values.name ?? "",
        branch: values.branch ?? null,
        branch_name: store.session.user?.branch_name ?? "",
        state: "open",
        narrative,
        conclusion: null,
        opened_at: store.now(),
        updated_at: store.now(),
        revision: 0,
        sync: "pending",
      };
      store.cases.push(one);
      return changed(one);
    },
    cases_update: ({ id, revision, state, ...typed }) => {
      guard();
      const conclusion = state === "open" ? null : text("conclusion", typed.conclusion);
      const narrative = text("narrative", typed.narrative);
      const one = store.cases.find((known) => known.id === id) ?? refuse("not_found");
      if (one.revision !== revision) return refuse("revision_old");
      return changed(Object.assign(one, { state, narrative, conclusion }));
    },
  };
}

/** A narrative or a conclusion: trimmed, not blank, not too long. */
function text(field: string, typed: string): string {
  const read = typed.trim();
  if (read === "") refuse("text_blank", { field });
  if ([...read].length > TEXT_MAX) refuse("text_length", { field, params: { max: String(TEXT_MAX) } });
  return read;
}
