import { Check, Circle } from "lucide-react";
import { useTranslation } from "react-i18next";
import { longEnough, mixedEnough, PASSWORD_MIN } from "./rules";

/** The rules of a password, each ticked as soon as what is typed fulfils it. */
export function PasswordRules(p: { password: string }) {
  const { t } = useTranslation();
  const rules = [
    { id: "length", words: t("session.rule_length", { min: PASSWORD_MIN }), met: longEnough(p.password) },
    { id: "mixed", words: t("session.rule_mixed"), met: mixedEnough(p.password) },
    { id: "common", words: t("session.rule_common"), met: null },
  ];
  return (
    <ul className="lq-rules" aria-label={t("session.rules")}>
      {rules.map(({ id, words, met }) => (
        <li key={id} className={met ? "lq-rule-met" : ""}>
          {met ? <Check size={13} aria-hidden /> : <Circle size={6} aria-hidden />}
          {words}
          {met && <span className="lq-hidden">{t("session.rule_met")}</span>}
        </li>
      ))}
    </ul>
  );
}
