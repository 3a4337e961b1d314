import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { Gate } from "../../src/app/Gate";
import { makeTestRouter } from "../../src/app/router";
import { screens } from "../../src/app/screens";
import { draftOf, keepDraft } from "../../src/features/cases/drafts";
import { refuse } from "../../src/ipc/fake/store";
import { availableActions, useRegistry } from "../../src/kit/keys/actions";
import { renderOver, renderScreen } from "../render";

// The whole application is loaded anew for each file: a busy computer needs its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });

const OPEN = "新建可疑交易个案";
/** The question over the dialog. Every title has the same id here, so that it is not found by its name. */
const question = async () => {
  const title = await screen.findByText("放弃没有保存的内容？");
  return within(title.closest<HTMLElement>('[role="dialog"]') ?? refuse("not_found"));
};
const dialog = async (name: string | RegExp) => within(await screen.findByRole("dialog", { name }));
const officer = { fake: { role: "risk_officer" } } as const;

describe("a case is opened", () => {
  it("x23: on the customer's page by key, with what was seen, and the notice leads to the cases", async () => {
    const { user, fake } = await renderScreen("/customers/customer-1", officer);
    await screen.findByRole("button", { name: OPEN });
    await user.keyboard("n");
    const name = fake.store.customers[0]?.values.name ?? "";
    const form = await dialog(`${OPEN}：${name}`);
    const narrative = form.getByRole<HTMLTextAreaElement>("textbox", { name: "情况说明" });
    await waitFor(() => expect(document.activeElement).toBe(narrative));
    await user.keyboard("  分散转入、集中转出。{Enter}与职业不符。 ");
    await user.keyboard("{Control>}s{/Control}");
    expect(await screen.findByText(`${name} 的个案已建立`)).toBeTruthy();
    expect(fake.store.cases.at(-1)).toMatchObject({
      customer: "customer-1",
      name,
      narrative: "分散转入、集中转出。\n与职业不符。",
      state: "open",
      conclusion: null,
      sync: "pending",
    });
    fireEvent.click(screen.getByRole("button", { name: "查看个案", hidden: true }));
    expect(await screen.findByRole("heading", { level: 1, name: "可疑交易个案" })).toBeTruthy();
    await waitFor(() => expect(screen.getAllByRole("row")[1]?.textContent).toContain(`${name}核查中分散转入`));
  });

  it("x23: not without what was seen; what was typed outlives an error", async () => {
    const { user, fake } = await renderScreen("/customers/customer-2", officer);
    const before = fake.store.cases.length;
    fireEvent.click(await screen.findByRole("button", { name: OPEN }));
    const form = await dialog(new RegExp(OPEN));
    fireEvent.click(form.getByRole("button", { name: "保存" }));
    expect(await form.findByText("请填写此项。")).toBeTruthy();
    const customer = fake.store.customers[1];
    if (customer) customer.deleted = true;
    await user.type(form.getByRole("textbox"), "分散转入");
    fireEvent.click(form.getByRole("button", { name: "保存" }));
    expect(await form.findByText(/没有找到，可能已被删除/)).toBeTruthy();
    expect(form.getByRole<HTMLTextAreaElement>("textbox").value).toBe("分散转入");
    expect(fake.store.cases).toHaveLength(before);
  });

  it("x23: not by a slip lost: closing asks first", async () => {
    const { user } = await renderScreen("/customers/customer-3", officer);
    fireEvent.click(await screen.findByRole("button", { name: OPEN }));
    const form = await dialog(new RegExp(OPEN));
    await user.type(form.getByRole("textbox"), "分散转入");
    fireEvent.click(form.getByRole("button", { name: "取消" }));
    fireEvent.click((await question()).getByRole("button", { name: "取消" }));
    expect(form.getByRole<HTMLTextAreaElement>("textbox").value).toBe("分散转入");
  });
});

describe("what is being written about a customer", () => {
  it("x23: comes back with the page, for its author and for this customer only", () => {
    keepDraft("user-1", "customer-1", "分散转入");
    expect(draftOf("user-1", "customer-1")).toBe("分散转入");
    expect(draftOf("user-2", "customer-1")).toBeNull();
    expect(draftOf("user-1", "customer-2")).toBeNull();
    keepDraft("user-1", "customer-1", " ");
    expect(draftOf("user-1", "customer-1")).toBeNull();
  });

  it("x23: is gone once the case is opened", async () => {
    const { user } = await renderScreen("/customers/customer-4", officer);
    fireEvent.click(await screen.findByRole("button", { name: OPEN }));
    const form = await dialog(new RegExp(OPEN));
    await user.type(form.getByRole("textbox"), "分散转入");
    expect(draftOf("user-1", "customer-4")).toBe("分散转入");
    fireEvent.click(form.getByRole("button", { name: "保存" }));
    expect(await screen.findByText(/的个案已建立/)).toBeTruthy();
    expect(draftOf("user-1", "customer-4")).toBeNull();
  });
});

describe.each(["relationship_manager", "manager", "staff", "administrator"] as const)("to %s", (role) => {
  it("x23: nothing tells of cases: no entry, no action, no key, and no answer", async () => {
    const sees = role !== "administrator";
    const { user, fake } = await renderScreen(sees ? "/customers/customer-1" : "/devices", { fake: { role } });
    if (sees) await screen.findByText("手机", { selector: "dt" });
    else await screen.findByRole("grid", { name: "设备" });
    const nav = within(screen.getByRole("navigation", { name: "主导航" }));
    expect(nav.getAllByRole("link").map((link) => link.textContent)).not.toContain("可疑交易个案");
    expect(screen.queryByRole("button", { name: OPEN })).toBeNull();
    const actions = availableActions(useRegistry.getState());
    expect(actions.filter(({ id }) => /cases/.test(id))).toEqual([]);
    await user.keyboard("n");
    expect(screen.queryByRole("dialog")).toBeNull();
    await user.keyboard("gs");
    expect(screen.queryByRole("heading", { level: 1, name: "可疑交易个案" })).toBeNull();
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox", { name: /搜索/ }), "keyi");
    expect(await screen.findByText("没有找到“keyi”")).toBeTruthy();
    await expect(fake.call("cases_list", null)).rejects.toMatchObject({ error: { code: "not_allowed" } });
  });

  it("x23: the screen of cases does not open by its address", async () => {
    await renderOver(<Gate router={makeTestRouter("/cases")} />, { role });
    expect(await screen.findByText("您没有查看此页的权限")).toBeTruthy();
    expect(screen.queryByRole("grid")).toBeNull();
  });
});

describe("to a risk officer", () => {
  it("x23: cases are found in the side bar, by key and in the palette", async () => {
    const { user } = await renderScreen("/customers", officer);
    const nav = within(screen.getByRole("navigation", { name: "主导航" }));
    expect(nav.getByRole("link", { name: "可疑交易个案" })).toBeTruthy();
    await user.keyboard("gs");
    expect(await screen.findByRole("heading", { level: 1, name: "可疑交易个案" })).toBeTruthy();
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox", { name: /搜索/ }), "kyjy");
    expect(await screen.findByRole("option", { name: /可疑交易个案/ })).toBeTruthy();
  });

  it("no two screens have the same keys", () => {
    const keys = screens.flatMap(({ nav, create }) => [...(nav?.keys ?? []), ...(create?.keys ?? [])]);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
