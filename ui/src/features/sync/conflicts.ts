import type { Choice, ConflictView } from "../../ipc/contract";
import type { RecordRef } from "./RecordLink";

/** The fields of one change that met another's. They are settled together. */
export interface Conflict extends RecordRef {
  change: string;
  fields: readonly ConflictView[];
}

/** One entry for each change, in the order of the list. */
export function groupConflicts(list: readonly ConflictView[]): Conflict[] {
  const groups = new Map<string, Conflict & { fields: ConflictView[] }>();
  for (const one of list) {
    const { change, entity, customer, customer_name: name } = one;
    const group = groups.get(change) ?? { change, entity, customer, name, fields: [] };
    group.fields.push(one);
    groups.set(change, group);
  }
  return [...groups.values()];
}

/** What is chosen so far, by field. */
export type Choices = Readonly<Record<string, Choice>>;

/** Whether every field has a choice, and what is typed is not empty. */
export const isSettled = (conflict: Conflict, choices: Choices): boolean =>
  conflict.fields.every(({ field }) => {
    const choice = choices[field];
    return choice !== undefined && (choice.kind !== "typed" || choice.text.trim() !== "");
  });
