import { useEffect, useMemo, useRef, useState } from "react";
import { asApiError } from "../../../ipc/backend";
import { call } from "../../../ipc/call";
import type { ApiError, CustomerCheck, Field, FieldError, Saved } from "../../../ipc/contract";
import { useSession } from "../../../ipc/queries";
import { useFields } from "../../../ipc/records";
import { dropDraft, findDraft, keepDraft } from "./drafts";
import { placeOf } from "./groups";
import { asTyped, kindOf, same, withKind } from "./typed";
import type { CustomerKind, FormStart, Values } from "./types";
import { useCheck } from "./useCheck";

export interface CustomerFormState {
  start: FormStart;
  kind: CustomerKind;
  /** What was typed, by field, where it differs from the start. */
  typed: Values;
  /** What a field shows. */
  valueOf: (field: Field) => string;
  /** The field's value follows from another one. */
  isDerived: (field: Field) => boolean;
  set: (field: Field, value: string) => void;
  setKind: (kind: CustomerKind) => void;
  /** Takes a change back. */
  reset: (field: Field) => void;
  /** The field was left: what is wrong is said from now on. */
  leave: (field: Field) => void;
  problems: readonly FieldError[];
  check: CustomerCheck;
  /** Why saving was refused, when that is about no field. */
  error: ApiError | null;
  dirty: boolean;
  busy: boolean;
  /** The form began with a draft. */
  restored: boolean;
  discard: () => void;
  keep: () => void;
  /** Saves; null when it was refused or is under way. */
  save: () => Promise<Saved | null>;
}

/** State of the form of a customer, new or known. */
export function useCustomerForm(start: FormStart): CustomerFormState {
  const fields = useFields();
  const user = useSession()?.user?.id ?? "";
  const name = start.id ?? "new";
  const [draft] = useState(() => findDraft(user, name, start.revision));
  const [typed, setTyped] = useState<Values>(draft?.typed ?? {});
  const [restored, setRestored] = useState(draft !== undefined);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<readonly FieldError[]>([]);
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  // One key for the whole attempt: pressing twice saves once.
  const [key] = useState(() => crypto.randomUUID());
  const { check, ask } = useCheck(start.id);
  const sent = useMemo(() => asTyped(fields, start.values, typed), [fields, start.values, typed]);
  const change = (next: Values): void => {
    setTyped(next);
    const touched = Object.keys({ ...typed, ...next }).filter((field) => typed[field as Field] !== next[field as Field]);
    setRefused((was) => was.filter((one) => !touched.includes(one.field)));
  };
  const [asking, setAsking] = useState(0);
  const leave = (field: Field): void => {
    setLeft((was) => (was.has(field) ? was : new Set([...was, field])));
    setAsking((was) => was + 1);
  };
  const latest = useRef(sent);
  latest.current = sent;
  useEffect(() => {
    // After the render: some inputs give their value only when they are left.
    if (asking > 0) void ask(latest.current);
  }, [asking, ask]);
  const own = (field: Field): string => typed[field] ?? start.values[field] ?? "";
  const derived = (field: Field): boolean => own(field) === "" && check.derived[field] !== undefined;
  const save = async (): Promise<Saved | null> => {
    if (running.current) return null;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      const saved = await send(start, sent, key);
      dropDraft(user, name);
      return saved;
    } catch (thrown) {
      const why = asApiError(thrown);
      const problems = problemsOf(why);
      setRefused(problems);
      if (problems.length === 0) setError(why);
      return null;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  const discard = (): void => {
    dropDraft(user, name);
    setTyped({});
    setRestored(false);
    setRefused([]);
    setError(null);
  };
  const asked = check.problems.filter((one) => left.has(one.field) && sent[one.field as Field] !== undefined);
  return {
    start,
    kind: kindOf(start.values, typed),
    typed,
    valueOf: (field) => (derived(field) ? (check.derived[field] ?? "") : own(field)),
    isDerived: derived,
    set: (field, value) => change(same(start.values, { ...typed, [field]: value })),
    setKind: (kind) => change(withKind(fields, start.values, typed, kind)),
    reset: (field) => {
      const { [field]: _, ...rest } = typed;
      change(rest);
    },
    leave,
    problems: inOrder([...refused, ...asked.filter((one) => !refused.some((other) => other.field === one.field))]),
    check,
    error,
    dirty: Object.keys(typed).length > 0,
    busy,
    restored,
    discard,
    keep: () => keepDraft(user, name, { typed, revision: start.revision }),
    save,
  };
}

function send(start: FormStart, values: Values, key: string): Promise<Saved> {
  if (start.id === null) return call("customers_create", { values, key });
  if (Object.keys(values).length === 0) return Promise.resolve({ ids: [], undo: null });
  return call("customers_update", { id: start.id, revision: start.revision, values, reason: null });
}

/** From the top of the form to its end. */
const inOrder = (problems: FieldError[]): FieldError[] => problems.sort((a, b) => placeOf(a.field) - placeOf(b.field));

/** The fields an error is about. */
function problemsOf(error: ApiError): FieldError[] {
  if (error.fields && error.fields.length > 0) return error.fields;
  if (!error.field) return [];
  return [{ field: error.field, code: error.code, ...(error.params && { params: error.params }) }];
}
