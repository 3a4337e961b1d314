import { queryOptions } from "@tanstack/react-query";
import zh from "../../../locales/help/zh-CN.json";

/** A piece of an article. `[[Ctrl+K]]` in a text is drawn as keys. */
export interface Block {
  p?: string;
  h?: string;
  steps?: readonly string[];
  list?: readonly string[];
  note?: string;
}

export interface Topic {
  title: string;
  /** Pinyin and initials, for the search. */
  aliases: string;
  body: readonly Block[];
  related: readonly string[];
}

export type Topics = Readonly<Record<string, Topic>>;

/** The articles in a language; they come with the program. */
async function loadTopics(language: string): Promise<Topics> {
  return language === "en" ? (await import("../../../locales/help/en.json")).default : zh;
}

export const topicsQuery = (language: string) => queryOptions({ queryKey: ["help", language], queryFn: () => loadTopics(language) });

const textOf = (block: Block): string =>
  [block.h, block.p, block.note, ...(block.steps ?? []), ...(block.list ?? [])].filter(Boolean).join(" ");

/** Topics that have all words of a text, those with it in the title first. */
export function findTopics(topics: Topics, typed: string): string[] {
  const words = typed.toLowerCase().replace(/['’]/g, "").split(/\s+/).filter(Boolean);
  const scored = Object.entries(topics).map(([id, topic]) => {
    const head = `${topic.title} ${topic.aliases}`.toLowerCase();
    const whole = `${head} ${topic.body.map(textOf).join(" ")}`.toLowerCase();
    return { id, fits: words.every((word) => whole.includes(word)), inHead: words.every((word) => head.includes(word)) };
  });
  return scored
    .filter((one) => one.fits)
    .sort((a, b) => Number(b.inHead) - Number(a.inHead))
    .map((one) => one.id);
}
