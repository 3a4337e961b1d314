import "./states.css";
import { Button, Spin } from "antd";
import { CloudOff, Lock, type LucideIcon, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorText, type WordedError } from "./ErrorText";

/** True once something has lasted; answers that come at once show no sign of loading. */
export function useLasting(going: boolean, after = 150): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!going) return setLasting(false);
    const timer = setTimeout(() => setLasting(true), after);
    return () => clearTimeout(timer);
  }, [going, after]);
  return going && lasting;
}

/** Shown while something loads, from 150 ms on. */
export function Loading(p: { label?: string }) {
  const { t } = useTranslation();
  const lasting = useLasting(true);
  return (
    <div className="lq-state" role="status" aria-busy="true">
      {lasting && (
        <>
          <Spin size="small" /> <span>{p.label ?? t("common.loading")}</span>
        </>
      )}
    </div>
  );
}

interface StateProps {
  icon?: LucideIcon;
  title: string;
  text?: ReactNode;
  /** One primary action, and at most one link beside it. */
  actions?: ReactNode;
  tone?: "calm" | "danger";
}

/** What a screen or a panel says instead of its content. */
export function State(p: StateProps) {
  const Icon = p.icon;
  return (
    <div className={`lq-state lq-state-block lq-state-${p.tone ?? "calm"}`} role={p.tone === "danger" ? "alert" : undefined}>
      {Icon && <Icon size={24} strokeWidth={1.5} aria-hidden />}
      <h2>{p.title}</h2>
      {p.text && <div className="lq-state-text">{p.text}</div>}
      {p.actions && <div className="lq-state-actions">{p.actions}</div>}
    </div>
  );
}

/** Nothing here: says what the place is for and names the next step. "No match" and "no data" are worded apart by the caller. */
export const Empty = (p: Omit<StateProps, "tone">) => <State {...p} />;

/** For what only the server can do. Screens over local data never show this. */
export function Offline(p: { title?: string; text?: string; actions?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <State icon={CloudOff} title={p.title ?? t("states.offline_title")} text={p.text ?? t("states.offline_text")} actions={p.actions} />
  );
}

/** What happened, why, what to do, and a code to quote. */
export function ErrorState(p: { error: WordedError; title?: string; onRetry?: () => void; actions?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <State
      icon={TriangleAlert}
      tone="danger"
      title={p.title ?? t("states.error_title")}
      text={<ErrorText error={p.error} withCode />}
      actions={
        <>
          {p.onRetry && <Button onClick={p.onRetry}>{t("common.retry")}</Button>}
          {p.actions}
        </>
      }
    />
  );
}

/** Names the missing right and who grants it. `permission` is the right in words. */
export function NoPermission(p: { permission: string }) {
  const { t } = useTranslation();
  return <State icon={Lock} title={t("states.no_permission_title")} text={t("states.no_permission_text", { permission: p.permission })} />;
}

/** A grey bar in the place of text that is still being read. */
export const Skeleton = (p: { width?: number | string }) => (
  <span className="lq-skeleton" style={{ width: p.width ?? "60%" }} aria-hidden />
);
