import "./accounts.css";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import type { CurveView } from "../../ipc/contract";
import { accountsQuery } from "../../ipc/records";
import { Section } from "../../kit/Page";
import type { PanelProps } from "../../kit/panels";
import { ErrorState, Loading } from "../../kit/states";
import { AssetsChart } from "./AssetsChart";
import { MonthTable } from "./MonthTable";
import { curveQuery, RANGES, type Range, useRange } from "./range";

/** How a customer's AUM went. A customer without accounts has no curve to show. */
export default function CurvePanel({ id }: PanelProps) {
  const { t } = useTranslation();
  const [months, setMonths] = useRange();
  const accounts = useQuery(accountsQuery(id)).data?.accounts;
  const { data: curve, error, refetch } = useQuery({ ...curveQuery({ customer: id, months }), placeholderData: keepPreviousData });
  if (accounts?.length === 0) return null;
  const ranges = RANGES.map((range) => ({ value: range, label: t("accounts.months", { count: range }) }));
  return (
    <Section
      title={t("accounts.panel_curve")}
      aside={<Segmented<Range> aria-label={t("accounts.range")} options={ranges} value={months} onChange={setMonths} />}
    >
      <div className="lq-curve-place">
        {error ? (
          <ErrorState error={asApiError(error)} title={t("accounts.error_title")} onRetry={() => void refetch()} />
        ) : curve ? (
          <Curve curve={curve} />
        ) : (
          <Loading />
        )}
      </div>
    </Section>
  );
}

/** Nothing on any day, or only today: said in words, as there is nothing to draw. */
function Curve({ curve }: { curve: CurveView }) {
  const { t } = useTranslation();
  if (curve.days.every((day) => day.assets === 0)) return <p className="lq-accounts-empty">{t("accounts.curve_nothing")}</p>;
  if (curve.days.length < 2) return <p className="lq-accounts-empty">{t("accounts.curve_one")}</p>;
  return (
    <>
      <AssetsChart curve={curve} />
      <MonthTable days={curve.days} />
    </>
  );
}
