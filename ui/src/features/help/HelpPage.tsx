import "./help.css";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { runAction } from "../../kit/keys/actions";
import { Keys } from "../../kit/keys/Keys";
import { useGo, useParam } from "../../kit/navigation";
import { Page } from "../../kit/Page";
import { SearchBox } from "../../kit/SearchBox";
import { Empty, Loading } from "../../kit/states";
import { Article } from "./Article";
import { findTopics, type Topics, topicsQuery } from "./topics";

/** Guides, one for each screen, readable and searchable without a network. */
export default function HelpPage() {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const topics = useQuery(topicsQuery(language)).data;
  const chosen = useParam("topic");
  const [text, setText] = useState("");
  return (
    <Page
      title={t("help.title")}
      layout="fill"
      actions={
        <Button onClick={() => runAction("shell.sheet")}>
          {t("help.open_sheet")} <Keys combo="?" />
        </Button>
      }
      toolbar={<SearchBox action="help.search" placeholder="help.search" value={text} onChange={setText} width={320} />}
    >
      {topics ? <Guides topics={topics} chosen={chosen} text={text} /> : <Loading />}
    </Page>
  );
}

function Guides(p: { topics: Topics; chosen: string; text: string }) {
  const { t } = useTranslation();
  const go = useGo();
  const show = (id: string): void => go(`/help/${id}`);
  const text = useDeferredValue(p.text);
  const found = useMemo(() => findTopics(p.topics, text), [p.topics, text]);
  const wanted = p.chosen && p.topics[p.chosen] ? p.chosen : "help";
  const shown = text.trim() === "" || found.includes(wanted) ? wanted : found[0];
  const topic = shown ? p.topics[shown] : undefined;
  return (
    <div className="lq-help">
      <nav aria-label={t("help.topics")}>
        <ul>
          {found.map((id) => (
            <li key={id}>
              <button type="button" aria-current={id === shown ? "page" : undefined} onClick={() => show(id)}>
                {p.topics[id]?.title}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      {topic ? <Article key={shown} topic={topic} topics={p.topics} onTopic={show} /> : <Empty title={t("help.empty", { text })} />}
    </div>
  );
}
