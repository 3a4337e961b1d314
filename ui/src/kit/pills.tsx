import "./pills.css";
import type { LucideIcon } from "lucide-react";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export type Tone = "neutral" | "info" | "success" | "warning" | "danger";

/** A short state: tone, icon and words together, never colour alone. */
export function StatusPill(p: { tone?: Tone; icon?: LucideIcon; children: ReactNode; title?: string }) {
  const Icon = p.icon;
  return (
    <span className={`lq-pill lq-pill-${p.tone ?? "neutral"}`} title={p.title}>
      {Icon && <Icon size={12} aria-hidden />}
      {p.children}
    </span>
  );
}

/** The words a tag's colour may have. */
export const TAG_COLOURS = ["grey", "blue", "teal", "green", "amber", "orange", "rose", "violet"] as const;
export type TagColour = (typeof TAG_COLOURS)[number];

const isColour = (word: string): word is TagColour => (TAG_COLOURS as readonly string[]).includes(word);

/** A tag on a customer: a dot of its colour and its name. */
export function TagChip(p: { name: string; colour?: string; onRemove?: () => void }) {
  const { t } = useTranslation();
  const colour = p.colour && isColour(p.colour) ? p.colour : "grey";
  return (
    <span className="lq-tag">
      <span className={`lq-tag-dot lq-tag-${colour}`} aria-hidden />
      <span className="lq-tag-name">{p.name}</span>
      {p.onRemove && (
        <button type="button" onClick={p.onRemove} aria-label={`${t("common.delete")} ${p.name}`}>
          <X size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}
