import { CircleX, Clock, type LucideIcon, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { SyncMark } from "../../ipc/contract";
import { StatusPill, type Tone } from "../../kit/pills";
import { syncKey } from "./words";

const LOOKS: Record<Exclude<SyncMark, "synced">, { tone: Tone; icon: LucideIcon }> = {
  pending: { tone: "neutral", icon: Clock },
  conflict: { tone: "warning", icon: TriangleAlert },
  refused: { tone: "danger", icon: CircleX },
};

/** How a record stands with the server. What is synced is the rule, and is not said. */
export function SyncPill(p: { mark: SyncMark }) {
  const { t } = useTranslation();
  if (p.mark === "synced") return null;
  const { tone, icon } = LOOKS[p.mark];
  return (
    <StatusPill tone={tone} icon={icon}>
      {t(syncKey(p.mark)) as string}
    </StatusPill>
  );
}
