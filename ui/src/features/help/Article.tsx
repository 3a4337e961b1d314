import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Keys } from "../../kit/keys/Keys";
import type { Block, Topic, Topics } from "./topics";

/** One guide; related ones are asked for through `onTopic`. */
export function Article(p: { topic: Topic; topics: Topics; onTopic: (topic: string) => void }) {
  const { t } = useTranslation();
  const related = p.topic.related.filter((id) => p.topics[id]);
  return (
    <article className="lq-article">
      <h2>{p.topic.title}</h2>
      {p.topic.body.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a printed text does not change its order
        <Piece key={index} block={block} />
      ))}
      {related.length > 0 && (
        <footer>
          <h3>{t("help.related")}</h3>
          {related.map((id) => (
            <button type="button" key={id} onClick={() => p.onTopic(id)}>
              {p.topics[id]?.title}
            </button>
          ))}
        </footer>
      )}
    </article>
  );
}

function Piece({ block }: { block: Block }) {
  if (block.h) return <h3>{block.h}</h3>;
  if (block.note) return <p className="lq-article-note">{withKeys(block.note)}</p>;
  if (block.steps) return <ol>{block.steps.map(item)}</ol>;
  if (block.list) return <ul>{block.list.map(item)}</ul>;
  return <p>{withKeys(block.p ?? "")}</p>;
}

const item = (text: string): ReactNode => <li key={text}>{withKeys(text)}</li>;

/** Draws `[[Ctrl+K]]` as keys. */
function withKeys(text: string): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: a printed text does not change its order
  return text.split(/\[\[(.+?)\]\]/).map((part, index) => (index % 2 ? <Keys key={index} combo={part} /> : part));
}
