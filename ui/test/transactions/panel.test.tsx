import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { ALL, queryOf, readFilter, writeFilter } from "../../src/features/transactions/filter";
import type { TransactionQuery, TransactionRow, TransactionsPageView } from "../../src/ipc/contract";
import { formatMoney } from "../../src/kit/format/money";
import { type Rendered, renderScreen } from "../render";

// The whole application is drawn in each test, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const panel = () => screen.findByRole("region", { name: "交易明细" });
const totals = async (): Promise<string> => within(await panel()).getByRole("status").textContent ?? "";

async function answer(fake: Rendered["fake"], part: Partial<TransactionQuery>): Promise<TransactionsPageView> {
  const query = { ...queryOf("customer-1", ALL), ...part };
  return (await fake.call("transactions_page", { query, offset: 0, limit: 500 })) as TransactionsPageView;
}

const row = (more: Partial<TransactionRow>): TransactionRow => ({
  account: "account-1",
  account_number: "6222****0001",
  currency: "CNY",
  reference: "LQ1",
  at: Date.UTC(2026, 10, 24, 4),
  amount: -20_00,
  purpose: "消费",
  valuation: false,
  counterparty: null,
  merchant: null,
  ...more,
});

describe("the filter in the address", () => {
  it("x3: comes back as it went, and writes only what narrows", () => {
    const filter = { ...ALL, direction: "out" as const, from: "2026-01-01", least: "10000", text: "超市" };
    const address = writeFilter({ other: 1 }, filter);
    expect(address).toEqual({ other: 1, direction: "out", from: "2026-01-01", least: "10000", text: "超市" });
    expect(readFilter(address)).toEqual(filter);
    expect(writeFilter(address, ALL)).toEqual({ other: 1 });
    expect(readFilter({ direction: "sideways", account: 5 })).toEqual(ALL);
  });

  it("x3: does not ask for what can't be read", () => {
    const query = queryOf("c", { ...ALL, from: "2026-1", to: "2026-02-01", least: "abc", text: " 超 " });
    expect(query).toEqual({ customer: "c", account: null, from: null, to: "2026-02-01", direction: null, least: null, text: "超" });
    expect(queryOf("c", { ...ALL, least: "-5" }).least).toBeNull();
    expect(queryOf("c", { ...ALL, least: "12000" }).least).toBe(12000);
  });
});

describe("what was booked", () => {
  it("x3: tells how many, what came and went by currency, and the newest first", async () => {
    const { fake } = await renderScreen("/customers/customer-1");
    const all = await answer(fake, {});
    await waitFor(async () => expect(await totals()).toContain(`共 ${all.total} 笔`));
    const [yuan, dollars] = all.turnover;
    await waitFor(async () => expect(await totals()).toContain(`收入 ${formatMoney(yuan?.came ?? 0)} 元`));
    expect(await totals()).toContain(`支出 ${formatMoney(-(yuan?.went ?? 0))} 元`);
    expect(await totals()).toContain(`收入 ${formatMoney(dollars?.came ?? 0)} 美元`);
    const first = (await within(await panel()).findAllByRole("row"))[1];
    expect(first?.textContent).toContain(formatMoney(Math.abs(all.rows[0]?.amount ?? 0)));
  });

  it("x3: an account chosen among the holdings narrows the list, and chosen again no longer", async () => {
    const { user, fake } = await renderScreen("/customers/customer-1");
    const all = await answer(fake, {});
    const one = await answer(fake, { account: "account-0-5" });
    expect(one.total).toBeLessThan(all.total);
    const button = await screen.findByRole("button", { name: /个人住房贷款/ });
    await user.click(button);
    await waitFor(async () => expect(await totals()).toContain(`共 ${one.total} 笔`));
    expect(button.getAttribute("aria-pressed")).toBe("true");
    button.focus();
    await user.keyboard("{Enter}");
    await waitFor(async () => expect(await totals()).toContain(`共 ${all.total} 笔`));
    expect(button.getAttribute("aria-pressed")).toBe("false");
  });

  it("x3: narrows by direction, days, least amount and text together, and clears", async () => {
    const { user, fake } = await renderScreen("/customers/customer-1");
    const area = within(await panel());
    const all = await answer(fake, {});
    await user.click(area.getByText("支出", { selector: ".ant-segmented-item-label" }));
    await user.type(area.getByLabelText("起始日期"), "2026-01-01{Enter}");
    await user.type(area.getByLabelText("最小金额"), "200");
    await user.type(area.getByLabelText("摘要、对方或流水号"), "超市");
    const part = { direction: "out", from: "2026-01-01", least: 200_00, text: "超市" } as const;
    const some = await answer(fake, part);
    expect(some.total).toBeGreaterThan(0);
    await waitFor(async () => expect(await totals()).toContain(`共 ${some.total} 笔`));
    await user.type(area.getByLabelText("摘要、对方或流水号"), "没有这样的");
    const nothing = await area.findByText("没有符合条件的交易");
    await user.click(within(nothing.parentElement ?? document.body).getByRole("button", { name: "清除条件" }));
    await waitFor(async () => expect(await totals()).toContain(`共 ${all.total} 笔`));
    expect((area.getByLabelText("摘要、对方或流水号") as HTMLInputElement).value).toBe("");
  });

  it("x3: words signs, valuations, currencies and kinds of merchants", async () => {
    const { fake } = await renderScreen("/customers/customer-1");
    const rows = [
      row({ reference: "1", merchant: 5411 }),
      row({ reference: "2", merchant: 742, purpose: "转出" }),
      row({ reference: "3", valuation: true, purpose: "", amount: 5_00 }),
      row({ reference: "4", currency: "USD", amount: 7_00, purpose: "存入" }),
    ];
    fake.override("transactions_page", () => ({ total: rows.length, turnover: [], rows }));
    await act(async () => fake.emit("changed", { features: ["transactions"] }));
    const grid = await within(await panel()).findByRole("grid");
    await within(grid).findByText("估值变动");
    const cells = within(grid)
      .getAllByRole("row")
      .slice(1)
      .map((one) => [1, 4, 5].map((at) => within(one).getAllByRole("gridcell")[at]?.textContent));
    expect(cells).toEqual([
      ["消费", "−20.00", "超市"],
      ["转出", "−20.00", "0742"],
      ["估值变动", "+5.00", ""],
      ["存入", "+7.00 美元", ""],
    ]);
  });

  it("x3: says what went wrong, and reads again", async () => {
    const { user, fake } = await renderScreen("/customers/customer-1");
    const area = within(await panel());
    await waitFor(async () => expect(await totals()).toMatch(/共 \d+ 笔/));
    fake.override("transactions_page", () => {
      throw { code: "store_damaged" };
    });
    await act(async () => fake.emit("changed", { features: ["transactions"] }));
    await area.findByText("没有读到交易");
    fake.override("transactions_page", () => ({ total: 1, turnover: [], rows: [row({ purpose: "利息" })] }));
    await user.click(area.getByRole("button", { name: "重试" }));
    expect(await area.findByText("利息")).toBeTruthy();
  });
});
