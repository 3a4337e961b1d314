/**
 * Hands over from one screen to the next what is too much for an address, for example 100,000 selected records. The address carries
 * only the name under which it lies in memory; after a restart there is nothing under it, and the screen has to say so.
 */

let held: { name: string; value: unknown } | null = null;
let count = 0;

/** Keeps a value in the place of the last one; the answer is its name. */
export function handOver(value: unknown): string {
  count += 1;
  held = { name: `${count}`, value };
  return held.name;
}

/** What was handed over under a name; nothing when it is no longer there. */
export const handedOver = (name: string): unknown => (held?.name === name ? held.value : undefined);

/** Drops what was handed over: it belongs to the user who is signed in. */
export function forgetHandover(): void {
  held = null;
}
