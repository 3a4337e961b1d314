import type { CurveDay, TransactionQuery, TransactionRow, TurnoverView } from "../bindings";
import { chinaDay, type Held, holdingsOf } from "./holdings";
import { type FakeStore, type Handlers, refuse } from "./store";

type AccountCommands = Pick<Handlers, "accounts_list" | "accounts_curve" | "transactions_page">;

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);

export function accountCommands(store: FakeStore): AccountCommands {
  const of = (customer: string): Held[] =>
    store.customers.some((one) => one.id === customer && !one.deleted) ? holdingsOf(store, customer) : refuse("not_found");
  return {
    accounts_list: ({ id }) => {
      const accounts = of(id).map((one) => one.account);
      const yuan = accounts.filter((one) => one.currency === "CNY");
      return {
        accounts,
        assets: sum(yuan.filter((one) => one.counts).map((one) => one.balance)),
        owed: sum(yuan.filter((one) => !one.counts).map((one) => one.balance)),
        others_left_out: yuan.length < accounts.length,
        as_of: store.sync.last_success,
      };
    },
    accounts_curve: ({ customer, months }) => {
      if (months < 1 || months > 24) return refuse("request_form", { field: "months" });
      const days = curve(of(customer), months, store.now());
      return { days, average: Math.round(sum(days.map((day) => day.assets)) / days.length), as_of: store.sync.last_success };
    },
    transactions_page: ({ query, offset, limit }) => {
      if (limit > 500) return refuse("request_form", { field: "limit" });
      const rows = of(query.customer)
        .flatMap((one) => one.booked)
        .filter((row) => matches(row, query))
        .sort((a, b) => b.at - a.at);
      return { total: rows.length, turnover: turnover(rows), rows: rows.slice(offset, offset + limit) };
    },
  };
}

/** The balance now without what was booked later, day by day. */
function curve(held: readonly Held[], months: number, now: number): CurveDay[] {
  const today = chinaDay(now);
  const from = new Date(`${today}T00:00:00Z`);
  from.setUTCMonth(from.getUTCMonth() - months);
  const counted = held.filter((one) => one.account.counts);
  const moved = new Map<string, number>();
  for (const row of counted.flatMap((one) => one.booked)) moved.set(chinaDay(row.at), (moved.get(chinaDay(row.at)) ?? 0) + row.amount);
  let assets = sum(counted.map((one) => one.account.balance));
  const days: CurveDay[] = [];
  for (const at = new Date(`${today}T00:00:00Z`); at >= from; at.setUTCDate(at.getUTCDate() - 1)) {
    const day = at.toISOString().slice(0, 10);
    days.push({ day, assets });
    assets -= moved.get(day) ?? 0;
  }
  return days.reverse();
}

function matches(row: TransactionRow, query: TransactionQuery): boolean {
  const day = chinaDay(row.at);
  const text = query.text.trim().toLowerCase();
  return (
    (query.account === null || row.account === query.account) &&
    (query.from === null || day >= query.from) &&
    (query.to === null || day <= query.to) &&
    (query.direction === null || (query.direction === "in" ? row.amount > 0 : row.amount < 0)) &&
    (query.least === null || Math.abs(row.amount) >= query.least) &&
    [row.purpose, row.counterparty, row.reference].some((part) => (part ?? "").toLowerCase().includes(text))
  );
}

function turnover(rows: readonly TransactionRow[]): TurnoverView[] {
  const currencies = [...new Set(rows.map((row) => row.currency))].sort();
  return currencies.map((currency) => {
    // A valuation is nobody's payment.
    const amounts = rows.filter((row) => row.currency === currency && !row.valuation).map((row) => row.amount);
    return { currency, came: sum(amounts.filter((one) => one > 0)), went: sum(amounts.filter((one) => one < 0)) };
  });
}
