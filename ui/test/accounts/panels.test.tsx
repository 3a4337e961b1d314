import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { AccountView, CurveView } from "../../src/ipc/contract";
import { formatDay } from "../../src/kit/format/dates";
import { formatMoney } from "../../src/kit/format/money";
import { renderScreen } from "../render";

// The whole application is drawn in each test, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const DAY = 86_400_000;
const holdings = () => screen.findByRole("region", { name: "持有产品" });
const curve = () => screen.findByRole("region", { name: "资产走势" });

const account = (more: Partial<AccountView>): AccountView => ({
  id: "account-1",
  kind: "current",
  number: "6222****0001",
  product: "活期存款",
  currency: "CNY",
  balance: 100_000_00,
  opened_on: null,
  matures_on: null,
  rate: null,
  transactions: 3,
  counts: true,
  ...more,
});

describe("what a customer holds", () => {
  it("x5: shows assets, what is owed and each account by kind, other currencies in their own", async () => {
    await renderScreen("/customers/customer-1");
    const panel = await holdings();
    await within(panel).findByText("个人住房贷款", { exact: false });
    const words = within(panel)
      .getAllByRole("rowheader")
      .map((cell) => cell.textContent);
    expect(words).toEqual(["活期", "定期", "理财", "基金", "保险", "贷款", "信用卡"]);
    const amounts = [...panel.querySelectorAll("tbody tr")].map((row) => row.querySelectorAll("td")[2]?.textContent ?? "");
    const minor = amounts.map((text) => Number(text.replace(/[,.]/g, "").replace("−", "-")));
    const yuan = minor.filter((amount) => Number.isFinite(amount));
    const sum = (of: number[]): number => of.reduce((all, one) => all + one, 0);
    const [assets, owed] = [...panel.querySelectorAll("dd b")].map((one) => one.textContent);
    expect(assets).toBe(formatMoney(sum(yuan.filter((amount) => amount > 0))));
    expect(owed).toBe(formatMoney(-sum(yuan.filter((amount) => amount < 0))));
    expect(amounts.filter((text) => text.endsWith("美元"))).toHaveLength(1);
    expect(within(panel).getByText(/外币账户/)).toBeTruthy();
    expect(panel.textContent).toMatch(/数据截至 \d{4}-\d\d-\d\d \d\d:\d\d/);
  });

  it("x5: says how many days are left only when it is due soon", async () => {
    const { fake } = await renderScreen("/customers/customer-1");
    const due = (days: number): string => formatDay(Date.now() + days * DAY);
    const accounts = [90, 91, 0, -1].map((days, index) => account({ id: `account-${index}`, kind: "term", matures_on: due(days) }));
    fake.override("accounts_list", () => ({ accounts, assets: 0, owed: 0, others_left_out: false, as_of: null }));
    await act(async () => fake.emit("changed", { features: ["accounts"] }));
    const panel = await holdings();
    await within(panel).findByText("还有 90 天");
    const cells = [...panel.querySelectorAll(".lq-accounts-due")].map((cell) => cell.textContent);
    expect(cells).toEqual([`${due(90)}还有 90 天`, due(91), `${due(0)}今天到期`, `${due(-1)}已到期`]);
    expect(panel.textContent).not.toContain("数据截至");
  });

  it("x3: without accounts it says why, and has neither curve nor transactions", async () => {
    await renderScreen("/customers/customer-9");
    expect(await within(await holdings()).findByText(/还没有送来这位客户的账户/)).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole("region", { name: "资产走势" })).toBeNull());
    expect(screen.queryByRole("region", { name: "交易明细" })).toBeNull();
  });

  it("x3: says what went wrong, and reads again", async () => {
    const { user, fake } = await renderScreen("/customers/customer-1");
    const panel = await holdings();
    await within(panel).findByText("个人住房贷款", { exact: false });
    fake.override("accounts_list", () => {
      throw { code: "store_damaged" };
    });
    await act(async () => fake.emit("changed", { features: ["accounts"] }));
    await within(panel).findByText("没有读到账户");
    fake.override("accounts_list", () => ({ accounts: [account({})], assets: 1, owed: 0, others_left_out: false, as_of: null }));
    await user.click(within(panel).getByRole("button", { name: "重试" }));
    expect(await within(panel).findByText("6222****0001")).toBeTruthy();
  });
});

describe("how assets went", () => {
  it("x5: goes through the days with keys and tells day and amount", async () => {
    const { user, fake } = await renderScreen("/customers/customer-1");
    const view = (await fake.call("accounts_curve", { customer: "customer-1", months: 12 })) as CurveView;
    const slider = await within(await curve()).findByRole("slider");
    const told = () => slider.getAttribute("aria-valuetext");
    const says = (index: number): string => {
      const day = view.days.at(index);
      return `${day?.day}，${formatMoney(day?.assets ?? 0)} 元`;
    };
    act(() => slider.focus());
    expect(told()).toBe(says(-1));
    await user.keyboard("{ArrowLeft}{ArrowLeft}");
    expect(told()).toBe(says(-3));
    await user.keyboard("{PageUp}{ArrowRight}");
    expect(told()).toBe(says(-32));
    await user.keyboard("{Home}{ArrowLeft}");
    expect(told()).toBe(says(0));
    await user.keyboard("{End}");
    expect(told()).toBe(says(-1));
  });

  it("x5: shows the day under the pointer, and the last one after it", async () => {
    const { fake } = await renderScreen("/customers/customer-1");
    const { days } = (await fake.call("accounts_curve", { customer: "customer-1", months: 12 })) as CurveView;
    const slider = await within(await curve()).findByRole("slider");
    slider.getBoundingClientRect = () => ({ left: 100, width: 500, top: 0, height: 104 }) as DOMRect;
    fireEvent.pointerMove(slider, { clientX: 100 });
    expect(slider.getAttribute("aria-valuetext")).toContain(days[0]?.day);
    fireEvent.pointerLeave(slider);
    expect(slider.getAttribute("aria-valuetext")).toContain(days.at(-1)?.day);
  });

  it("x5: keeps the chosen period for the next customer", async () => {
    const first = await renderScreen("/customers/customer-1");
    await first.user.click(within(await curve()).getByText("24 个月"));
    await waitFor(async () => expect((await screen.findByRole("slider")).getAttribute("aria-valuemax")).toMatch(/^73[01]$/));
    first.unmount();
    const asked: number[] = [];
    const second = await renderScreen("/customers/customer-2");
    second.fake.override("accounts_curve", ({ months }) => {
      asked.push(months);
      return { days: [], average: 0, as_of: null };
    });
    await act(async () => second.fake.emit("changed", { features: ["accounts"] }));
    await waitFor(() => expect(asked).toEqual([24]));
    await second.user.click(within(await curve()).getByText("12 个月"));
  });

  it("x5: says so instead of drawing when there was nothing, or only today", async () => {
    const { fake } = await renderScreen("/customers/customer-8");
    expect(await within(await curve()).findByText(/客户资产都是 0/)).toBeTruthy();
    fake.override("accounts_curve", () => ({ days: [{ day: "2026-11-28", assets: 5 }], average: 5, as_of: null }));
    await act(async () => fake.emit("changed", { features: ["accounts"] }));
    expect(await within(await curve()).findByText(/只有今天一天/)).toBeTruthy();
    expect(screen.queryByRole("slider")).toBeNull();
  });
});
