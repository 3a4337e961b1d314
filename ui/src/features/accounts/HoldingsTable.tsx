import { useTranslation } from "react-i18next";
import type { AccountKind, AccountView } from "../../ipc/contract";
import { daysBetween, formatDay } from "../../kit/format/dates";
import { formatMoney } from "../../kit/format/money";
import { formatCount } from "../../kit/format/number";
import { useAddress } from "../../kit/navigation";
import { StatusPill } from "../../kit/pills";
import { useAmount } from "../../kit/useAmount";

/** The accounts by kind. One that is chosen narrows the list of transactions, through the address: its panel reads it there. */
export function HoldingsTable({ accounts }: { accounts: readonly AccountView[] }) {
  const { t } = useTranslation();
  return (
    <div className="lq-accounts-scroll">
      <table className="lq-accounts" aria-label={t("accounts.table")}>
        <thead>
          <tr>
            <th scope="col">{t("accounts.kind")}</th>
            <th scope="col">{t("accounts.product")}</th>
            <th scope="col">{t("accounts.number")}</th>
            <th scope="col" className="lq-accounts-end">
              {t("accounts.balance")}
            </th>
            <th scope="col" className="lq-accounts-end">
              {t("accounts.rate")}
            </th>
            <th scope="col">{t("accounts.matures_on")}</th>
            <th scope="col" className="lq-accounts-end">
              {t("accounts.transactions")}
            </th>
          </tr>
        </thead>
        {byKind(accounts).map(([kind, members]) => (
          <tbody key={kind}>
            {members.map((account, index) => (
              <AccountLine key={account.id} account={account} group={index === 0 ? members.length : null} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

/** Groups in the order in which the accounts came. */
function byKind(accounts: readonly AccountView[]): [AccountKind, AccountView[]][] {
  const groups = new Map<AccountKind, AccountView[]>();
  for (const account of accounts) groups.set(account.kind, [...(groups.get(account.kind) ?? []), account]);
  return [...groups];
}

interface AccountLineProps {
  account: AccountView;
  /** How many of its kind there are, on the first of them. */
  group: number | null;
}

function AccountLine({ account, group }: AccountLineProps) {
  const { t } = useTranslation();
  const amount = useAmount();
  const [address, setAddress] = useAddress<{ account?: unknown }>();
  const chosen = address.account === account.id;
  const kind = t(`accounts.word_kind.${account.kind}`);
  const choose = (): void => {
    const { account: _, ...rest } = address;
    setAddress(chosen ? rest : { ...rest, account: account.id });
  };
  return (
    // The button in the row has the keys; the row is only a larger place to press.
    <tr className={chosen ? "lq-accounts-chosen" : ""} onClick={choose}>
      {group !== null && (
        <th scope="rowgroup" rowSpan={group}>
          {kind}
        </th>
      )}
      <td>
        <button
          type="button"
          aria-pressed={chosen}
          onClick={(event) => {
            event.stopPropagation();
            choose();
          }}
        >
          {account.product ?? kind}
          <span className="lq-hidden"> {t("accounts.show_transactions")}</span>
        </button>
      </td>
      <td className="lq-accounts-number">{account.number}</td>
      <td className="lq-accounts-end">
        {account.currency === "CNY" ? formatMoney(account.balance) : amount(account.balance, account.currency)}
      </td>
      <td className="lq-accounts-end">{account.rate && `${account.rate}%`}</td>
      <td className="lq-accounts-due">{account.matures_on && <Due day={account.matures_on} />}</td>
      <td className="lq-accounts-end">{formatCount(account.transactions)}</td>
    </tr>
  );
}

/** Days in which one should think of what comes next. */
const SOON = 90;

function Due({ day }: { day: string }) {
  const { t } = useTranslation();
  const left = daysBetween(formatDay(Date.now()), day);
  return (
    <>
      {day}
      {left < 0 && <StatusPill>{t("accounts.due_past")}</StatusPill>}
      {left === 0 && <StatusPill tone="info">{t("accounts.due_today")}</StatusPill>}
      {left > 0 && left <= SOON && <StatusPill tone="info">{t("accounts.due_in", { count: left })}</StatusPill>}
    </>
  );
}
