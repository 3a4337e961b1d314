import { CircleCheck, Flag, type LucideIcon, Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { CaseState } from "../../ipc/contract";
import { StatusPill, type Tone } from "../../kit/pills";
import { stateKey } from "./words";

const LOOKS: Record<CaseState, { tone: Tone; icon: LucideIcon }> = {
  open: { tone: "info", icon: Search },
  reported: { tone: "warning", icon: Flag },
  dismissed: { tone: "neutral", icon: CircleCheck },
};

/** How far a case is. */
export function StatePill({ state }: { state: CaseState }) {
  const { t } = useTranslation();
  const { tone, icon } = LOOKS[state];
  return (
    <StatusPill tone={tone} icon={icon}>
      {t(stateKey(state)) as string}
    </StatusPill>
  );
}
