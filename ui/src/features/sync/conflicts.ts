import type { Choice, ConflictView } from "../../ipc/contract";

/** The fields of one change that met another's. They are settled together. */
export interface Conflict {
  change: string;
  customer: string;
  name: string;
  fields: readonly ConflictView[];
}

/** One entry for each change, in the order of the list. */
export function groupConflicts(list: readonly ConflictView[]): Conflict[] {
  const groups = new Map<string, Conflict & { fields: ConflictView[] }>();
  for (const one of list) {
    const group = groups.get(one.change) ?? { change: one.change, customer: one.customer, name: one.customer_name, fields: [] };
    group.fields.push(one);
    groups.set(one.change, group);
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
