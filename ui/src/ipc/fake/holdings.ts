/** What the stand-in's customers hold, and two years of what happened on it: made up by rule from the customer's number. */
import type { AccountKind, AccountView, TransactionRow } from "../bindings";
import { seeded } from "./sample";
import type { FakeStore } from "./store";

const DAY = 86_400_000;
/** China's clock is ahead by this much. */
const CHINA = 8 * 3_600_000;
/** How far back transactions go. */
const DAYS = 760;

/** The day in China, `2026-11-24`. */
export const chinaDay = (at: number): string => new Date(at + CHINA).toISOString().slice(0, 10);

export interface Held {
  account: AccountView;
  /** Newest first. */
  booked: TransactionRow[];
}

interface Move {
  ago: number;
  amount: number;
  purpose: string;
  counterparty?: string;
  merchant?: number;
}

const PRODUCTS: Record<AccountKind, readonly string[]> = {
  current: ["活期存款"],
  term: ["三年期大额存单", "一年期定期存款"],
  wealth: ["稳健增利 180 天", "日日盈现金管理"],
  fund: ["沪深指数增强", "双债平衡混合"],
  insurance: ["安享年金保险"],
  loan: ["个人住房贷款"],
  card: ["标准信用卡"],
};
const RATES: Partial<Record<AccountKind, string>> = { current: "0.10", term: "2.15", wealth: "2.48", loan: "3.45" };
const SHOPS: readonly [string, number, number][] = [
  ["示例超市", 5411, 320],
  ["示例餐厅", 5812, 260],
  ["示例加油站", 5541, 400],
  ["示例药房", 5912, 180],
  ["示例商城", 5311, 1200],
  ["示例培训中心", 8299, 2600],
  ["示例停车场", 7523, 40],
];

const held = new WeakMap<FakeStore, Map<string, Held[]>>();

/** What a customer holds. Every ninth has nothing yet, and a store that works alone never hears of accounts. */
export function holdingsOf(store: FakeStore, customer: string): Held[] {
  const known = held.get(store) ?? new Map<string, Held[]>();
  held.set(store, known);
  const index = Number(/^customer-(\d+)$/.exec(customer)?.[1] ?? 0) - 1;
  if (index < 0 || index % 9 === 8 || !store.sync.joined) return [];
  const found = known.get(customer) ?? make(index, store.now());
  known.set(customer, found);
  return found;
}

/** How likely a customer has an account of a kind, and how much is put into it, in yuan. */
const CHANCES: readonly [AccountKind, number, number, string][] = [
  ["term", 0.6, 300_000, "CNY"],
  ["wealth", 0.6, 200_000, "CNY"],
  ["fund", 0.5, 80_000, "CNY"],
  ["insurance", 0.25, 50_000, "CNY"],
  ["loan", 0.35, -900_000, "CNY"],
  ["card", 0.5, -6_000, "CNY"],
  ["current", 0.2, 12_000, "USD"],
];

function make(index: number, now: number): Held[] {
  const random = seeded(index * 7919 + 11);
  const number = (order: number): string => `6222****${String((index * 37 + order * 1009) % 10_000).padStart(4, "0")}`;
  // Every ninth but one has only an account that nothing was ever booked on.
  const bare = index % 9 === 7;
  const wages = bare ? [] : everyday(random);
  const rest = bare ? [] : CHANCES.filter(([, chance]) => index === 0 || random() < chance);
  const others = rest.map(([kind, , amount, currency], order) => {
    const size = Math.round(amount * (0.4 + random() * 1.2)) * 100;
    const ago = 60 + Math.floor(random() * 500);
    if (size > 0 && currency === "CNY") wages.push({ ago, amount: -size, purpose: "转出" });
    return other(random, kind, currency, size, ago, number(order + 1), `${index}-${order + 1}`, now);
  });
  const current = account(`${index}-0`, "current", "CNY", number(0), wages, bare ? 0 : room(wages), now);
  return [current, ...others].sort((a, b) => KINDS.indexOf(a.account.kind) - KINDS.indexOf(b.account.kind));
}

const KINDS: readonly AccountKind[] = ["current", "term", "wealth", "fund", "insurance", "loan", "card"];

/** Wages each month, and what one spends of them. */
function everyday(random: () => number): Move[] {
  const wage = Math.round(8_000 + random() * 30_000) * 100;
  const moves: Move[] = [];
  for (let ago = 5; ago < DAYS; ago += 30) moves.push({ ago, amount: wage, purpose: "代发工资", counterparty: "示例科技有限公司" });
  for (let ago = 0; ago < DAYS; ago += 1 + Math.floor(random() * 5)) {
    const [counterparty, merchant, usual] = SHOPS[Math.floor(random() * SHOPS.length)] ?? SHOPS[0] ?? ["", 0, 0];
    moves.push({ ago, amount: -Math.round(usual * (40 + random() * 120)), purpose: "消费", counterparty, merchant });
  }
  for (let ago = 12; ago < DAYS; ago += 90) moves.push({ ago, amount: -Math.round(wage * (0.2 + random())), purpose: "转账" });
  return moves;
}

function other(
  random: () => number,
  kind: AccountKind,
  currency: string,
  size: number,
  ago: number,
  number: string,
  id: string,
  now: number,
): Held {
  const valued = kind === "fund" || kind === "wealth";
  const moves: Move[] = size > 0 ? [{ ago, amount: size, purpose: kind === "current" ? "存入" : valued ? "认购" : "转入" }] : [];
  if (valued)
    for (let at = ago - 7; at > 0; at -= 7) moves.push({ ago: at, amount: Math.round(size * swing(random(), kind)), purpose: "" });
  if (kind === "loan") for (let at = 20; at < DAYS; at += 30) moves.push({ ago: at, amount: Math.round(-size / 240), purpose: "还款" });
  const opening = size < 0 ? size - moves.reduce((sum, one) => sum + one.amount, 0) : 0;
  const made = account(id, kind, currency, number, moves, opening, now);
  const products = PRODUCTS[kind];
  const due = kind === "term" ? 20 + Math.floor(random() * 160) : kind === "wealth" ? 45 : kind === "loan" ? 5400 : null;
  Object.assign(made.account, {
    product: products[Math.floor(random() * products.length)],
    opened_on: size > 0 ? chinaDay(now - ago * DAY) : null,
    matures_on: due === null ? null : chinaDay(now + due * DAY),
  });
  return made;
}

/** A week's change of a price, as a part of it. */
const swing = (chance: number, kind: AccountKind): number => (kind === "fund" ? (chance - 0.46) * 0.03 : chance * 0.001);

/** Enough to begin with, so that nothing is overdrawn later. */
function room(moves: readonly Move[]): number {
  let [balance, least] = [0, 0];
  for (const move of [...moves].sort((a, b) => b.ago - a.ago)) {
    balance += move.amount;
    least = Math.min(least, balance);
  }
  return 5_000_00 - least;
}

function account(
  id: string,
  kind: AccountKind,
  currency: string,
  number: string,
  moves: readonly Move[],
  opening: number,
  now: number,
): Held {
  const midnight = Math.floor((now + CHINA) / DAY) * DAY - CHINA;
  const booked = moves
    .map((move, order) => ({ move, at: Math.min(now, midnight - move.ago * DAY + (600 + ((order * 37) % 420)) * 60_000) }))
    .sort((a, b) => b.at - a.at)
    .map(
      ({ move, at }, order): TransactionRow => ({
        account: `account-${id}`,
        account_number: number,
        currency,
        reference: `LQ${id}-${String(moves.length - order).padStart(5, "0")}`,
        at,
        amount: move.amount,
        purpose: move.purpose,
        valuation: move.purpose === "",
        counterparty: move.counterparty ?? null,
        merchant: move.merchant ?? null,
      }),
    );
  const view: AccountView = {
    id: `account-${id}`,
    kind,
    number,
    product: PRODUCTS[kind][0] ?? null,
    currency,
    balance: opening + moves.reduce((sum, one) => sum + one.amount, 0),
    opened_on: null,
    matures_on: null,
    rate: (currency === "CNY" && RATES[kind]) || null,
    transactions: moves.length,
    counts: currency === "CNY" && kind !== "loan" && kind !== "card",
  };
  return { account: view, booked };
}
