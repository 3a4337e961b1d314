import { useTranslation } from "react-i18next";
import type { CurveDay } from "../../ipc/contract";
import { formatMoney } from "../../kit/format/money";

/** The curve in figures: what there was at the end of each month, newest first. */
export function MonthTable({ days }: { days: readonly CurveDay[] }) {
  const { t } = useTranslation();
  return (
    <details className="lq-curve-figures">
      <summary>{t("accounts.month_ends")}</summary>
      <table className="lq-accounts" aria-label={t("accounts.month_ends")}>
        <thead>
          <tr>
            <th scope="col">{t("accounts.day")}</th>
            <th scope="col" className="lq-accounts-end">
              {t("accounts.assets_yuan")}
            </th>
          </tr>
        </thead>
        <tbody>
          {monthEnds(days).map(({ day, assets }) => (
            <tr key={day}>
              <td>{day}</td>
              <td className="lq-accounts-end">{formatMoney(assets)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** The last day of each month, and today. */
export const monthEnds = (days: readonly CurveDay[]): CurveDay[] =>
  days.filter(({ day }, index) => day.slice(0, 7) !== days[index + 1]?.day.slice(0, 7)).reverse();
