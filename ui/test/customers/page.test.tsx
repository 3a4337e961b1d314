import { act, configure, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { resetList } from "../../src/features/customers/list/state";
import { renderScreen } from "../render";

// The whole application is drawn in each test, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });
beforeEach(resetList);

const line = (name: string): HTMLElement => screen.getByText(name, { selector: "dt" }).closest("[data-field]") as HTMLElement;
const ready = () => screen.findByText("手机", { selector: "dt" }, { timeout: 5000 });

describe("the page of a customer", () => {
  it("x14: shows one masked field for 30 seconds, asks why, and masks it again", async () => {
    const { user, fake } = await renderScreen("/customers/customer-1");
    await ready();
    const mobile = fake.store.customers[0]?.values.mobile ?? "";
    const spaced = mobile.replace(/^(\d{3})(\d{4})/, "$1 $2 ");
    expect(line("手机").textContent).toContain(`138****${mobile.slice(-4)}`);
    await user.click(within(line("手机")).getByRole("button", { name: "显示完整的手机" }));
    const dialog = await screen.findByRole("dialog", { name: "查看完整信息" }, { timeout: 5000 });
    await user.click(within(dialog).getByRole("button", { name: "显示" }));
    expect(await within(dialog).findByText("请填写原因。")).toBeTruthy();
    await user.click(within(dialog).getByRole("button", { name: "联系客户" }));
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ["setInterval", "clearInterval", "Date"] });
    await user.click(within(dialog).getByRole("button", { name: /显示$/ }));
    await waitFor(() => expect(line("手机").textContent).toContain(spaced));
    expect(line("手机").textContent).toContain("秒后遮盖");
    await act(async () => vi.advanceTimersByTime(31_000));
    expect(line("手机").textContent).not.toContain(spaced);
    vi.useRealTimers();
  });

  it("x14: forgets what was shown when the store is locked", async () => {
    const { user, fake } = await renderScreen("/customers/customer-1");
    await ready();
    await user.keyboard("{Alt>}u{/Alt}");
    await user.type(await screen.findByLabelText("原因", {}, { timeout: 5000 }), "核对{Enter}");
    await screen.findByText(/秒后遮盖/);
    const mobile = fake.store.customers[0]?.values.mobile ?? "";
    await user.keyboard("{Control>}l{/Control}");
    await waitFor(() => expect(document.body.textContent).not.toContain(mobile.slice(3, 7) + mobile.slice(7)));
    await act(async () => {
      fake.store.session = { ...fake.store.session, phase: "unlocked" };
    });
    expect(document.body.textContent).not.toContain(mobile);
  });

  it("s7.1: has no edit, tag, delete or reveal for staff", async () => {
    const { user } = await renderScreen("/customers/customer-1", { fake: { role: "staff" } });
    await ready();
    expect(screen.queryByRole("button", { name: /编辑|打标签|更多操作|显示/ })).toBeNull();
    await user.keyboard("e{Delete}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.queryByLabelText("姓名")).toBeNull();
  });

  it("s7.1: does not open the form for staff who know its address", async () => {
    const opened = renderScreen("/customers/customer-1/edit", { fake: { role: "staff" } });
    expect(await screen.findByText("您没有查看此页的权限", {}, { timeout: 4000 })).toBeTruthy();
    await expect(opened).rejects.toThrow();
  });

  it("x33: shows what the server refused, why, and what was typed, and sends it again", async () => {
    const { user, fake } = await renderScreen("/customers/customer-1");
    Object.assign(fake.store.refused[0] ?? {}, { customer: "customer-1" });
    await act(async () => fake.emit("changed", { features: ["customers"] }));
    const banner = await screen.findByRole("region", { name: "服务器没有接受您的修改" });
    expect(banner.textContent).toContain("没有这个号段");
    expect(banner.textContent).toContain("128****5678");
    await user.click(within(banner).getByRole("button", { name: "重新发送" }));
    await waitFor(() => expect(fake.store.refused).toHaveLength(0));
    await waitFor(() => expect(screen.queryByRole("region", { name: "服务器没有接受您的修改" })).toBeNull());
  });

  it("s1.2: tells places in the history by their names", async () => {
    const { fake } = await renderScreen("/customers/customer-1");
    await ready();
    const fields = [{ field: "division", old: "31", new: "110105" }];
    fake.store.customers[0]?.history.push({ at: 0, by: null, this_device: true, channel: "form", reason: null, pending: false, fields });
    act(() => fake.emit("changed", { features: ["customers"] }));
    expect(await screen.findByText("北京市 市辖区 朝阳区", { selector: "ins" })).toBeTruthy();
    expect(screen.getByText("上海市", { selector: "del" })).toBeTruthy();
  });

  it("x33: leads to the sync centre when a field conflicts", async () => {
    const { fake } = await renderScreen("/customers/customer-12");
    await ready();
    expect(fake.store.customers[11]?.sync).toBe("conflict");
    const banner = screen.getByRole("region", { name: "冲突" });
    expect(banner.textContent).toContain("有 1 项与他人的修改冲突");
    expect(within(banner).getByRole("button", { name: "去处理" })).toBeTruthy();
  });

  it("deletes with a question, goes back to the list, and undoes", async () => {
    const { user, fake } = await renderScreen("/customers/customer-1");
    await ready();
    await user.keyboard("{Delete}");
    const dialog = await screen.findByRole("dialog", { name: "删除 1 位客户？" }, { timeout: 5000 });
    await user.click(within(dialog).getByRole("button", { name: "删除" }));
    await screen.findByRole("heading", { level: 1, name: "客户" });
    expect(fake.store.customers[0]?.deleted).toBe(true);
    await user.click(await screen.findByRole("button", { name: /撤销/ }));
    await waitFor(() => expect(fake.store.customers[0]?.deleted).toBe(false));
  });

  it("f3.6: walks to the next customer of the list and back", async () => {
    const { user } = await renderScreen("/customers");
    await waitFor(() => expect(screen.getAllByRole("checkbox", { name: /^选中 ./ }).length).toBeGreaterThan(2));
    const names = within(screen.getByRole("grid"))
      .getAllByRole("row")
      .slice(1, 3)
      .map((row) => within(row).getAllByRole("button")[0]?.textContent ?? "");
    await user.keyboard("j{Enter}");
    await screen.findByRole("heading", { level: 1, name: names[0] ?? "" });
    await user.keyboard("{Alt>}j{/Alt}");
    await screen.findByRole("heading", { level: 1, name: names[1] ?? "" });
    await user.keyboard("{Alt>}k{/Alt}");
    await screen.findByRole("heading", { level: 1, name: names[0] ?? "" });
  });

  it("says so when the customer is not there", async () => {
    await renderScreen("/customers/nobody");
    expect(await screen.findByText("找不到这位客户")).toBeTruthy();
    expect(screen.getByRole("button", { name: "回到客户列表" })).toBeTruthy();
  });
});
