import "./help.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../kit/Dialog";
import { Loading } from "../../kit/states";
import { Article } from "./Article";
import { topicsQuery } from "./topics";

interface GuideDialogProps {
  /** The guide that is asked for; null: closed. */
  topic: string | null;
  /** Another guide, from a link in this one. */
  onTopic: (topic: string) => void;
  onClose: () => void;
}

/** A guide in a dialog, where there is no screen to go to. */
export default function GuideDialog(p: GuideDialogProps) {
  const { t, i18n } = useTranslation();
  const topics = useQuery(topicsQuery(i18n.language)).data;
  // While the dialog closes it still shows what it had.
  const [last, setLast] = useState(p.topic);
  if (p.topic !== null && p.topic !== last) setLast(p.topic);
  const topic = last === null ? undefined : topics?.[last];
  return (
    <Dialog open={p.topic !== null} title={t("help.title")} width={720} onClose={p.onClose} footer={null}>
      <div className="lq-guide">
        {topics && topic ? <Article key={last} topic={topic} topics={topics} onTopic={p.onTopic} /> : <Loading />}
      </div>
    </Dialog>
  );
}
