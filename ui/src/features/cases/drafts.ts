/**
 * What is being written about a customer. The lock forgets all that pages have read, and the page goes with it: this stays, in memory
 * only, for its author only.
 */
interface Draft {
  user: string;
  customer: string;
  text: string;
}

let kept: Draft | null = null;

/** The draft about a customer; none when it is another's or somebody else wrote it. */
export const draftOf = (user: string, customer: string): string | null =>
  kept?.user === user && kept.customer === customer ? kept.text : null;

/** Keeps a draft in the place of the last one; without a text there is none. */
export function keepDraft(user: string, customer: string, text: string): void {
  kept = text.trim() === "" ? null : { user, customer, text };
}
