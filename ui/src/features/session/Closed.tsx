import { TimerReset } from "lucide-react";
import { useTranslation } from "react-i18next";
import { formatCountdown } from "./useLockout";

/** Sign-in is closed after too many wrong passwords: why, and for how long. */
export function Closed(p: { left: number }) {
  const { t } = useTranslation();
  return (
    <div className="lq-gate-note lq-gate-closed">
      <TimerReset size={16} aria-hidden />
      <div>
        <span role="alert">{t("session.closed")}</span>
        <span className="lq-gate-countdown" role="timer" aria-label={t("session.closed_left")}>
          {formatCountdown(p.left)}
        </span>
      </div>
    </div>
  );
}
