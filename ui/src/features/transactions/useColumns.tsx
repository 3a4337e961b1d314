import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { TransactionRow } from "../../ipc/contract";
import { formatTime } from "../../kit/format/dates";
import { formatMoney } from "../../kit/format/money";
import type { Column } from "../../kit/grid/types";
import { useAmount } from "../../kit/useAmount";
import type { LabelKey } from "../../kit/words";

/** Left free for the bar that scrolls. */
const BAR = 16;

/** The columns over a width: what is left goes to the two with words. */
export function useColumns(width: number): readonly Column<TransactionRow>[] {
  const { t } = useTranslation();
  const merchant = useMerchantWord();
  const signed = useSigned();
  return useMemo(() => {
    const columns: Column<TransactionRow>[] = [
      { id: "at", title: t("transactions.at"), width: 156, render: (row) => formatTime(row.at) },
      {
        id: "purpose",
        title: t("transactions.purpose"),
        width: 96,
        render: (row) => (row.valuation ? <span className="lq-transactions-valuation">{t("transactions.valuation")}</span> : row.purpose),
      },
      { id: "counterparty", title: t("transactions.counterparty"), width: 136, render: (row) => row.counterparty },
      { id: "account", title: t("transactions.account"), width: 112, render: (row) => row.account_number },
      { id: "amount", title: t("transactions.amount"), width: 136, align: "end", render: (row) => <Signed row={row} text={signed(row)} /> },
      { id: "merchant", title: t("transactions.merchant"), width: 104, render: (row) => row.merchant !== null && merchant(row.merchant) },
    ];
    const rest = Math.max(0, width - BAR - columns.reduce((sum, column) => sum + column.width, 0));
    const wide = (id: string): number => (id === "purpose" || id === "counterparty" ? Math.floor(rest / 2) : 0);
    return columns.map((column) => ({ ...column, width: column.width + wide(column.id) }));
  }, [t, merchant, signed, width]);
}

/** `+1,234.56`, `−20.00`; amounts in other currencies with their name. */
export function useSigned(): (row: TransactionRow) => string {
  const amount = useAmount();
  const { i18n } = useTranslation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words of an amount follow the language
  return useMemo(
    () => (row) => `${row.amount > 0 ? "+" : ""}${row.currency === "CNY" ? formatMoney(row.amount) : amount(row.amount, row.currency)}`,
    [i18n.language],
  );
}

/** The sign tells the direction; the colour only repeats it. */
function Signed({ row, text }: { row: TransactionRow; text: string }) {
  return <span className={row.amount < 0 ? "lq-transactions-out" : "lq-transactions-in"}>{text}</span>;
}

/** What kind of merchant a code stands for; the code itself where it is not a common one. */
function useMerchantWord(): (code: number) => string {
  const { t, i18n } = useTranslation();
  return useMemo(
    () => (code) => {
      const digits = String(code).padStart(4, "0");
      const key = `transactions.word_merchant.${digits}`;
      return i18n.exists(key) ? String(t(key as LabelKey)) : digits;
    },
    [t, i18n],
  );
}
