import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { TurnoverView } from "../../ipc/contract";
import { formatCount } from "../../kit/format/number";
import { useAmount } from "../../kit/useAmount";

/** How many there are, and what came and went in all. */
export function Totals({ total, turnover }: { total: number | undefined; turnover: readonly TurnoverView[] }) {
  const { t } = useTranslation();
  const amount = useAmount();
  return (
    <p className="lq-transactions-totals" role="status">
      {total !== undefined && <span>{t("transactions.total", { count: total, shown: formatCount(total) })}</span>}
      {turnover.map(({ currency, came, went }) => (
        <Fragment key={currency}>
          {came !== 0 && (
            <span>
              {t("transactions.came")} <b>{amount(came, currency)}</b>
            </span>
          )}
          {went !== 0 && (
            <span>
              {t("transactions.went")} <b>{amount(Math.abs(went), currency)}</b>
            </span>
          )}
        </Fragment>
      ))}
    </p>
  );
}
