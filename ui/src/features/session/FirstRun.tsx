import { Button } from "antd";
import { ArrowLeft, Building2, ChevronRight, type LucideIcon, Monitor } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CreateForm } from "./CreateForm";
import { Frame } from "./Frame";
import { JoinForm } from "./JoinForm";

type Way = "join" | "alone";

/** No data of this user on this computer yet: join the bank's server, or work alone. */
export function FirstRun(p: { onBack?: () => void }) {
  const { t } = useTranslation();
  const [way, setWay] = useState<Way | null>(null);
  const back = way ? () => setWay(null) : p.onBack;
  const titles = { join: t("session.join_title"), alone: t("session.alone_title") };
  const texts = { join: t("session.join_text"), alone: t("session.alone_text") };
  return (
    <Frame
      key={way}
      help="first-run"
      wide={way === null}
      title={way ? titles[way] : p.onBack ? t("session.another_title") : t("session.welcome_title")}
      text={way ? texts[way] : t("session.welcome_text")}
    >
      {way === null && (
        <div className="lq-ways">
          <WayButton
            icon={Building2}
            title={t("session.way_join")}
            text={t("session.way_join_text")}
            onClick={() => setWay("join")}
            first
          />
          <WayButton icon={Monitor} title={t("session.way_alone")} text={t("session.way_alone_text")} onClick={() => setWay("alone")} />
        </div>
      )}
      {way === "join" && <JoinForm />}
      {way === "alone" && <CreateForm />}
      {back && (
        <div className="lq-gate-more">
          <Button type="link" icon={<ArrowLeft size={14} aria-hidden />} onClick={back}>
            {t("common.back")}
          </Button>
        </div>
      )}
    </Frame>
  );
}

function WayButton(p: { icon: LucideIcon; title: string; text: string; onClick: () => void; first?: boolean }) {
  const Icon = p.icon;
  return (
    // biome-ignore lint/a11y/noAutofocus: the first choice of a screen that holds nothing else
    <button type="button" className="lq-way" onClick={p.onClick} autoFocus={p.first}>
      <Icon size={22} strokeWidth={1.6} aria-hidden />
      <span>
        <strong>{p.title}</strong>
        <span>{p.text}</span>
      </span>
      <ChevronRight size={16} aria-hidden />
    </button>
  );
}
