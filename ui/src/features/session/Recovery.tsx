import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useRecovery } from "../../ipc/recovery";
import { formatTime } from "../../kit/format/dates";
import { Section } from "../../kit/Page";

/** Whose key opens the data on this device besides the user's password: shown, so that a key that nobody announced is noticed. */
export function Recovery() {
  const { t } = useTranslation();
  const recovery = useRecovery();
  if (!recovery) return null;
  const { fingerprint, since, refused } = recovery;
  return (
    <Section title={t("session.recovery")}>
      <p className="lq-note">{t("session.recovery_text")}</p>
      <dl className="lq-facts">
        {fingerprint !== null && (
          <div>
            <dt>{t("session.recovery_fingerprint")}</dt>
            <dd>
              <code>{fingerprint}</code> {since !== null && t("session.recovery_since", { time: formatTime(since) })}
            </dd>
          </div>
        )}
        {refused !== null && (
          <div>
            <dt>{t("session.recovery_refused")}</dt>
            <dd>
              <code>{refused}</code> {t("session.recovery_refused_text")}
            </dd>
          </div>
        )}
      </dl>
      {recovery.unseen && <Button onClick={recovery.look}>{t("session.recovery_seen")}</Button>}
    </Section>
  );
}
