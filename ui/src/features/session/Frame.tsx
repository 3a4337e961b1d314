import "../../kit/page.css";
import "./session.css";
import { Button, Segmented } from "antd";
import { CircleQuestionMark, CloudOff, Wifi } from "lucide-react";
import { type ReactNode, useContext, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useChangeSettings, useSession, useSettings } from "../../ipc/queries";
import { type Action, useActions } from "../../kit/keys/actions";
import { KeyTip, useAriaKeys } from "../../kit/keys/Keys";
import { Bridge } from "./Bridge";
import { GateHelp } from "./gateHelp";
import { useOnline } from "./useOnline";

/** What stands around every form before the store is open: the mark, the guide, the language, the network, the release. */
export function Frame(p: { help: string; title: string; text?: ReactNode; wide?: boolean; children: ReactNode }) {
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
        <span className="lq-gate-tools">
          <Help topic={p.help} />
          <Language />
        </span>
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

/** The guide of the form, by a press or by F1. */
function Help({ topic }: { topic: string }) {
  const { t } = useTranslation();
  const open = useContext(GateHelp);
  const keys = useAriaKeys("shell.help");
  useActions(
    useMemo<Action[]>(
      () => [{ id: "shell.help", labelKey: "keys.help", keys: ["F1"], scope: "global", run: () => open(topic) }],
      [open, topic],
    ),
  );
  return (
    <KeyTip title={t("keys.help")} action="shell.help">
      <Button type="text" icon={<CircleQuestionMark size={16} aria-hidden />} aria-keyshortcuts={keys} onClick={() => open(topic)}>
        {t("nav.help")}
      </Button>
    </KeyTip>
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
