/**
 * Drafts of forms that were left or whose store was locked. They stay in memory and are never written: personal data does not
 * lie on the disk outside of the store. A draft belongs to the user who wrote it.
 */
import type { Values } from "./types";

export interface Draft {
  typed: Values;
  /** The revision the form was opened with; of an older one the draft is dropped. */
  revision: number;
}

let owner: string | null = null;
const drafts = new Map<string, Draft>();

const of = (user: string): Map<string, Draft> => {
  if (owner !== user) {
    drafts.clear();
    owner = user;
  }
  return drafts;
};

/** The draft of a form, unless the customer was changed since. */
export function findDraft(user: string, form: string, revision: number): Draft | undefined {
  const draft = of(user).get(form);
  return draft?.revision === revision ? draft : undefined;
}

export const keepDraft = (user: string, form: string, draft: Draft): void => void of(user).set(form, draft);
export const dropDraft = (user: string, form: string): void => void of(user).delete(form);
