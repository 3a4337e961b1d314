import { CircleX, Clock, type LucideIcon, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { StatusPill, type Tone } from "./pills";
import type { LabelKey } from "./words";

type Mark = "synced" | "pending" | "conflict" | "refused";

const LOOKS: Record<Exclude<Mark, "synced">, { tone: Tone; icon: LucideIcon }> = {
  pending: { tone: "neutral", icon: Clock },
  conflict: { tone: "warning", icon: TriangleAlert },
  refused: { tone: "danger", icon: CircleX },
};

export const syncKey = (mark: Mark): LabelKey => `states.sync.${mark}`;

/** How a record stands with the server. What is synced is the rule, and is not said. */
export function SyncPill(p: { mark: Mark }) {
  const { t } = useTranslation();
  if (p.mark === "synced") return null;
  const { tone, icon } = LOOKS[p.mark];
  return (
    <StatusPill tone={tone} icon={icon}>
      {t(syncKey(p.mark)) as string}
    </StatusPill>
  );
}
