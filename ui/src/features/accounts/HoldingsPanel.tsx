import "./accounts.css";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../ipc/backend";
import type { HoldingsView } from "../../ipc/contract";
import { accountsQuery } from "../../ipc/records";
import { formatMoney, formatMoneyShort } from "../../kit/format/money";
import { Section } from "../../kit/Page";
import type { PanelProps } from "../../kit/panels";
import { ErrorState, Loading } from "../../kit/states";
import { AsOf } from "./AsOf";
import { HoldingsTable } from "./HoldingsTable";

/** What a customer holds with the bank, and owes it. */
export default function HoldingsPanel({ id }: PanelProps) {
  const { t } = useTranslation();
  const { data: holdings, error, refetch } = useQuery(accountsQuery(id));
  return (
    <Section title={t("accounts.panel_holdings")} aside={<AsOf at={holdings?.as_of} />}>
      {error ? (
        <ErrorState error={asApiError(error)} title={t("accounts.error_title")} onRetry={() => void refetch()} />
      ) : holdings ? (
        <Holdings holdings={holdings} />
      ) : (
        <Loading />
      )}
    </Section>
  );
}

function Holdings({ holdings }: { holdings: HoldingsView }) {
  const { t } = useTranslation();
  if (holdings.accounts.length === 0) return <p className="lq-accounts-empty">{t("accounts.empty")}</p>;
  return (
    <>
      <dl className="lq-accounts-sums">
        <Sum name={t("accounts.assets")} amount={holdings.assets} />
        <Sum name={t("accounts.owed")} amount={-holdings.owed} quiet />
      </dl>
      <HoldingsTable accounts={holdings.accounts} />
      {holdings.others_left_out && <p className="lq-note lq-accounts-note">{t("accounts.others_left_out")}</p>}
    </>
  );
}

/** Below this the short form says nothing more. */
const LONG = 10_000_00;

function Sum(p: { name: string; amount: number; quiet?: boolean }) {
  const { t, i18n } = useTranslation();
  return (
    <div className={p.quiet ? "lq-accounts-quiet" : ""}>
      <dt>{p.name}</dt>
      <dd>
        <b>{formatMoney(p.amount)}</b> {t("common.yuan")}
        {p.amount >= LONG && <small>{t("accounts.about", { amount: formatMoneyShort(p.amount, i18n.language) })}</small>}
      </dd>
    </div>
  );
}
