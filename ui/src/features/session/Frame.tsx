import "../../kit/page.css";
import "./session.css";
import { Segmented } from "antd";
import { CloudOff, Wifi } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useChangeSettings, useSession, useSettings } from "../../ipc/queries";
import { Bridge } from "./Bridge";
import { useOnline } from "./useOnline";

/** What stands around every form before the store is open: the mark, the language, the network, the release. */
export function Frame(p: { title: string; text?: ReactNode; wide?: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  const version = useSession()?.version;
  useEffect(() => {
    document.title = `${p.title} · ${t("common.product")}`;
  }, [p.title, t]);
  return (
    <div className="lq-gate">
      <header className="lq-gate-head">
        <span className="lq-gate-brand">
          <img src="/icon.svg" width={28} height={28} alt="" />
          {t("common.product")}
        </span>
        <Language />
      </header>
      <main className={`lq-gate-card${p.wide ? " lq-gate-wide" : ""}`}>
        <h1>{p.title}</h1>
        {p.text && <div className="lq-gate-text">{p.text}</div>}
        {p.children}
      </main>
      <Bridge />
      <footer className="lq-gate-foot">
        <Network />
        <span>{version && t("session.version", { version })}</span>
      </footer>
    </div>
  );
}

function Language() {
  const { t } = useTranslation();
  const { language } = useSettings();
  const { mutate } = useChangeSettings();
  return (
    <Segmented
      aria-label={t("settings.language")}
      value={language}
      options={[
        { value: "zh-CN", label: t("settings.language_zh") },
        { value: "en", label: t("settings.language_en") },
      ]}
      onChange={(next) => mutate({ language: next })}
    />
  );
}

function Network() {
  const { t } = useTranslation();
  const online = useOnline();
  const Icon = online ? Wifi : CloudOff;
  return (
    <span className="lq-gate-network" role="status">
      <Icon size={13} aria-hidden />
      {online ? t("session.online") : t("session.offline")}
    </span>
  );
}
