/** Between what a form holds and what the use cases take: what a person would type. */
import type { Field, FieldView } from "../../../ipc/contract";
import { editableMoney } from "../../../kit/format/money";
import type { CustomerKind, Values } from "./types";

export const fits = (view: FieldView, kind: CustomerKind): boolean => view.kinds === "both" || view.kinds === kind;

/** The present kind: as chosen in the form, as it was, or a person. */
export const kindOf = (start: Values, typed: Values): CustomerKind =>
  (typed.kind ?? start.kind) === "corporate" ? "corporate" : "personal";

/** The changed fields of this kind of customer, as typed text. Amounts are held in minor units and typed in yuan. */
export function asTyped(fields: readonly FieldView[], start: Values, typed: Values): Values {
  const kind = kindOf(start, typed);
  const sent: Values = {};
  for (const view of fields) {
    const value = typed[view.field];
    if (value === undefined || view.access === "readonly" || view.access === "masked_readonly") continue;
    // A field the other kind has can only be taken away.
    if (fits(view, kind)) sent[view.field] = view.shape === "money" ? yuan(value) : value;
    else if (start[view.field]) sent[view.field] = "";
  }
  return sent;
}

const yuan = (value: string): string => (/^-?\d+$/.test(value) ? editableMoney(value) : value);

/** Fields the other kind of customer has are emptied when the kind changes. */
export function withKind(fields: readonly FieldView[], start: Values, typed: Values, kind: CustomerKind): Values {
  const next: Values = { ...typed, kind };
  for (const view of fields) if (!fits(view, kind) && start[view.field]) next[view.field] = "";
  return same(start, next);
}

/** Without the fields that are as they were. */
export function same(start: Values, typed: Values): Values {
  const next: Values = {};
  for (const [field, value] of Object.entries(typed) as [Field, string][]) if (value !== (start[field] ?? "")) next[field] = value;
  return next;
}
