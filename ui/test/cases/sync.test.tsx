import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { PendingView, SettleConflict } from "../../src/ipc/contract";
import { renderScreen } from "../render";

// The whole application is loaded anew for each file: a busy computer needs its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });

const officer = { fake: { role: "risk_officer", customers: 20 } } as const;

/** A new case that the server refused. */
const refusal = (name: string): PendingView => ({
  change: "change-9",
  entity: "cases",
  customer: null,
  name,
  fields: ["customer", "name", "branch", "narrative", "state"],
  made_at: 0,
  refused: {
    change: "change-9",
    code: "not_allowed",
    field: null,
    typed: { customer: "customer-2", name, branch: "branch-1", narrative: "分散转入", state: "open" },
    made_at: 0,
  },
});

describe("a case in the sync centre", () => {
  it("x33: that two people changed is told as a case, and its state is chosen by its words", async () => {
    const { user, fake } = await renderScreen("/sync", officer);
    const settled: SettleConflict[] = [];
    fake.override("sync_settle", (input) => {
      settled.push(input);
      return null;
    });
    const one = fake.store.cases.find(({ sync }) => sync === "conflict");
    const name = one?.name ?? "";
    const card = within((await screen.findByRole("button", { name: `选择：${name} 的冲突` })).closest("li") as HTMLElement);
    expect(card.getByText("个案")).toBeTruthy();
    expect(card.getByText("我的：排除可疑")).toBeTruthy();
    expect(card.getByText("对方：确认上报")).toBeTruthy();
    fireEvent.click(card.getByRole("button", { name: /选择/ }));
    const dialog = within(await screen.findByRole("dialog", { name: new RegExp(name) }));
    const part = (field: string) => within(dialog.getByRole("group", { name: field }));
    expect(part("状态").queryByRole("combobox")).toBeNull();
    expect(part("状态").getAllByRole("radio")).toHaveLength(2);
    fireEvent.click(part("状态").getByRole("radio", { name: /对方/ }));
    fireEvent.click(part("结论理由").getByRole("radio", { name: /对方/ }));
    // A third text begins as mine, so that two can be made into one, and outlives a look at the others.
    fireEvent.click(part("情况说明").getByRole("radio", { name: "另填" }));
    const typed = part("情况说明").getByRole<HTMLTextAreaElement>("textbox", { name: "填写另一个值" });
    expect(typed.value).toBe(one?.narrative);
    await user.type(typed, "{Enter}合并。");
    fireEvent.click(part("情况说明").getByRole("radio", { name: /我的/ }));
    fireEvent.click(part("情况说明").getByRole("radio", { name: "另填" }));
    fireEvent.click(dialog.getByRole("button", { name: /保存/ }));
    const narrative = { kind: "typed", text: `${one?.narrative}\n合并。` };
    await waitFor(() => expect(settled[0]?.choices).toEqual({ narrative, state: { kind: "theirs" }, conclusion: { kind: "theirs" } }));
  });

  it("x33: that waits is listed as a case with the fields that were typed, and leads to the cases", async () => {
    const { user, fake } = await renderScreen("/sync?tab=waiting", officer);
    await fake.call("cases_open", { customer: "customer-3", narrative: "分散转入" });
    const name = fake.store.customers[2]?.values.name ?? "";
    expect(await screen.findByRole("row", { name: new RegExp(`个案 ${name} 情况说明、状态$`) })).toBeTruthy();
    await user.click(screen.getByRole("button", { name }));
    expect(await screen.findByRole("heading", { level: 1, name: "可疑交易个案" })).toBeTruthy();
    await waitFor(() =>
      expect(screen.getByRole("grid").getAttribute("aria-activedescendant")).toBe(
        screen.getByRole("row", { name: new RegExp(`^${name}`) }).id,
      ),
    );
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("x33: that was refused tells what was typed, not what follows from the customer, and is corrected in its dialog", async () => {
    const { fake } = await renderScreen("/help", officer);
    const [one] = fake.store.cases;
    if (!one) throw new Error("no case");
    one.sync = "refused";
    fake.override("sync_queue", () => ({ pending: [], conflicts: [], refused: [refusal(one.name)] }));
    fireEvent.click(screen.getByRole("link", { name: "同步中心" }));
    const correct = await screen.findByRole("button", { name: `改正 ${one.name} 的修改` });
    const card = within(correct.closest("li") as HTMLElement);
    expect(card.getByText("个案")).toBeTruthy();
    const lines = within(card.getByRole("list", { name: "您填写的内容" })).getAllByRole("listitem");
    expect(lines.map((line) => line.textContent)).toEqual(["情况说明您填写的内容：分散转入", "状态您填写的内容：核查中"]);
    fireEvent.click(correct);
    const dialog = within(await screen.findByRole("dialog", { name: "可疑交易个案" }));
    expect(dialog.getByRole<HTMLTextAreaElement>("textbox", { name: "情况说明" }).value).toBe(one.narrative);
    expect(dialog.getByText("被拒")).toBeTruthy();
  });

  it("x33: that was sent is no longer marked", async () => {
    const { user, fake } = await renderScreen("/cases", officer);
    await screen.findByText("待同步", { selector: ".lq-pill" });
    await user.keyboard("{Control>}{Shift>}s{/Shift}{/Control}");
    await waitFor(() => expect(screen.queryByText("待同步", { selector: ".lq-pill" })).toBeNull());
    expect(fake.store.cases.some(({ sync }) => sync === "pending")).toBe(false);
  });
});
