/** Orders things by how well a text fits one of their names: beginning, word, inside; what does not fit is left out. */
export function rank<T>(things: readonly T[], typed: string, names: (thing: T) => readonly string[]): T[] {
  const text = plain(typed);
  if (text === "") return [...things];
  return things
    .map((thing) => ({ thing, score: Math.min(...names(thing).map((name) => score(plain(name), text))) }))
    .filter(({ score }) => score < MISS)
    .sort((a, b) => a.score - b.score)
    .map(({ thing }) => thing);
}

const MISS = 9;

/** An input method writes `z's` while it composes: apostrophes and spaces at the joints do not count. */
const plain = (text: string): string => text.toLowerCase().replace(/['’]/g, "").trim();

function score(name: string, text: string): number {
  if (name.startsWith(text)) return 0;
  const words = name.split(/\s+/);
  if (words.some((word) => word.startsWith(text))) return 1;
  return text.length > 1 && name.includes(text) ? 2 : text.length === 1 && /[\u4e00-\u9fff]/.test(text) && name.includes(text) ? 2 : MISS;
}
