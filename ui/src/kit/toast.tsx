import "./toast.css";
import { CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { useKeysOf } from "./keys/actions";
import { Keys } from "./keys/Keys";

export interface Toast {
  text: string;
  tone?: "success" | "info" | "danger";
  /** Takes the deed back; the notice then offers it, and so does the action `undo`. */
  onUndo?: () => void | Promise<void>;
  /** Leads on to what the notice tells of. */
  onward?: { label: string; run: () => void };
  /** Milliseconds; 8 s when absent. Pointer or focus on the notice stops the clock. */
  lasts?: number;
}

interface Shown extends Toast {
  id: number;
}

const useToasts = create<{ shown: readonly Shown[] }>(() => ({ shown: [] }));

const MOST = 3;
let next = 0;

/** Shows a notice; the answer takes it away. */
export function toast(notice: Toast): () => void {
  next += 1;
  const id = next;
  useToasts.setState((was) => ({ shown: [...was.shown, { ...notice, id }].slice(-MOST) }));
  return () => dismiss(id);
}

const dismiss = (id: number): void => useToasts.setState((was) => ({ shown: was.shown.filter((one) => one.id !== id) }));

/** Takes all notices away: they may name customers, so they go when the store closes. */
export const forgetToasts = (): void => useToasts.setState({ shown: [] });

/** Takes back the newest deed that can still be taken back. */
export function undoLast(): boolean {
  const last = useToasts.getState().shown.findLast((one) => one.onUndo);
  if (!last) return false;
  dismiss(last.id);
  void last.onUndo?.();
  return true;
}

/**
 * Where notices appear: in the flow of the status bar, so that they cover nothing. Shown are the newest, and before it the newest that
 * can be taken back, should that be another; the others keep their time and their `Ctrl+Z`.
 */
export function Toasts() {
  const { t } = useTranslation();
  const all = useToasts((state) => state.shown);
  const shown = new Set([all.findLast((one) => one.onUndo), all.at(-1)]);
  // What went wrong interrupts a screen reader, what went well waits.
  const regions = [
    { live: "polite", notices: all.filter((one) => one.tone !== "danger") },
    { live: "assertive", notices: all.filter((one) => one.tone === "danger") },
  ] as const;
  return (
    <section className="lq-toasts" aria-label={t("toast.region")}>
      {regions.map(({ live, notices }) => (
        <div key={live} aria-live={live}>
          {notices.map((one) => (
            <Notice key={one.id} toast={one} hidden={!shown.has(one)} />
          ))}
        </div>
      ))}
    </section>
  );
}

const ICONS = { success: CircleCheck, info: Info, danger: TriangleAlert };

function Notice(p: { toast: Shown; hidden: boolean }) {
  const { t } = useTranslation();
  const [held, setHeld] = useState(false);
  const [undoKey] = useKeysOf("shell.undo");
  const left = useRef(p.toast.lasts ?? 8000);
  const { id, tone = "success", onUndo, onward } = p.toast;
  useEffect(() => {
    if (held) return;
    const began = Date.now();
    const timer = setTimeout(() => dismiss(id), left.current);
    return () => {
      clearTimeout(timer);
      left.current -= Date.now() - began;
    };
  }, [held, id]);
  const Icon = ICONS[tone];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointer and focus only stop the clock, there is nothing to press
    <div
      className={`lq-toast lq-toast-${tone}`}
      hidden={p.hidden}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon size={14} aria-hidden />
      <span className="lq-toast-text">{p.toast.text}</span>
      {onward && (
        <button
          type="button"
          className="lq-toast-deed"
          onClick={() => {
            dismiss(id);
            onward.run();
          }}
        >
          {onward.label}
        </button>
      )}
      {onUndo && (
        <button
          type="button"
          className="lq-toast-deed"
          onClick={() => {
            dismiss(id);
            void onUndo();
          }}
        >
          {t("common.undo")} {undoKey && <Keys combo={undoKey} />}
        </button>
      )}
      <button type="button" className="lq-toast-close" aria-label={t("common.close")} onClick={() => dismiss(id)}>
        <X size={14} aria-hidden />
      </button>
    </div>
  );
}
