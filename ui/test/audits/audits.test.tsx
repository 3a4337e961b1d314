import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { Gate } from "../../src/app/Gate";
import { makeTestRouter } from "../../src/app/router";
import { refuse } from "../../src/ipc/fake/store";
import { renderOver, renderScreen } from "../render";

// The whole application is loaded anew for each file: a busy computer needs its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });

const head = { fake: { role: "manager" } } as const;
const grid = () => screen.findByRole("grid", { name: "审计" });

describe("audits", () => {
  it("x36: lists who did what to which customer, on which device and why", async () => {
    await renderScreen("/audits", head);
    const looked = await screen.findAllByRole("row", { name: /示例经理 查看敏感信息 客户 .* 查看的内容 柜台一号电脑 电话回访/ });
    expect(looked.length).toBeGreaterThan(0);
    expect(screen.getAllByRole("row", { name: /示例同事 修改 客户 .* 备注、手机 移动展业平板/ }).length).toBeGreaterThan(0);
    expect(screen.getByText("已读取 100 条，向下滚动读取更早的")).toBeTruthy();
  });

  it("x36: reads older entries behind the last one told, once its end is reached", async () => {
    const { fake } = await renderScreen("/audits", head);
    await screen.findByText("已读取 100 条，向下滚动读取更早的");
    const asked: (number | null)[] = [];
    const told = fake.call.bind(fake);
    vi.spyOn(fake, "call").mockImplementation((command, input) => {
      if (command === "audits_page") asked.push((input as { after: { position: number } | null }).after?.position ?? null);
      return told(command, input);
    });
    const list = await grid();
    list.focus();
    fireEvent.keyDown(list, { key: "End" });
    expect(await screen.findByText("已读取 200 条，向下滚动读取更早的")).toBeTruthy();
    fireEvent.keyDown(list, { key: "End" });
    expect(await screen.findByText("共 240 条")).toBeTruthy();
    expect(asked).toEqual([141, 41]);
  });

  it("x36: narrows by what the address names, and tells apart that nothing matches", async () => {
    const { user } = await renderScreen("/audits?action=customers_export&user=user-1", head);
    expect(await screen.findByText("共 24 条")).toBeTruthy();
    expect(screen.queryByRole("row", { name: /示例同事/ })).toBeNull();
    const until = screen.getByRole("textbox", { name: "截止日期" });
    await user.type(until, "2001-01-01");
    await user.tab();
    expect(await screen.findByText("没有符合条件的记录")).toBeTruthy();
    fireEvent.click(screen.getAllByRole("button", { name: "清除条件" })[0] as HTMLElement);
    expect(await screen.findByText("已读取 100 条，向下滚动读取更早的")).toBeTruthy();
  });

  it("x36: finds a customer by name, and narrows to it", async () => {
    const { user, fake } = await renderScreen("/audits", head);
    await screen.findByText("已读取 100 条，向下滚动读取更早的");
    const customer = fake.store.customers[0];
    await user.type(screen.getByRole("combobox", { name: "客户或记录" }), customer?.values.name ?? "");
    const option = await waitFor(() => {
      const found = [...document.querySelectorAll(".ant-select-item-option")].find((one) =>
        one.textContent?.startsWith(customer?.values.name ?? "-"),
      );
      expect(found).toBeTruthy();
      return found as HTMLElement;
    });
    fireEvent.click(option);
    await waitFor(() => expect(screen.queryByText("已读取 100 条，向下滚动读取更早的")).toBeNull());
    for (const row of screen.getAllByRole("row").slice(1)) expect(row.textContent).toContain(customer?.values.name);
  });

  it("x36: an entry opens by key with values before and after, without those of sensitive fields, and leads on", async () => {
    await renderScreen("/audits", head);
    await screen.findByText("已读取 100 条，向下滚动读取更早的");
    const list = await grid();
    list.focus();
    fireEvent.keyDown(list, { key: "ArrowDown" });
    fireEvent.keyDown(list, { key: "Enter" });
    const dialog = within(await screen.findByRole("dialog", { name: "修改" }));
    expect(dialog.getByRole("row", { name: "备注 老客户 已回访" })).toBeTruthy();
    expect(dialog.getByRole("row", { name: /手机 敏感内容.* 敏感内容/ })).toBeTruthy();
    expect(dialog.getByText("示例支行营业部 第 239 条")).toBeTruthy();
    fireEvent.click(dialog.getByRole("button", { name: "只看此人" }));
    expect(await screen.findByText("已读取 100 条，向下滚动读取更早的")).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole("row", { name: /示例经理/ })).toBeNull());
  });

  it("x36: without the server it says that it takes one, and reads again", async () => {
    const { fake } = await renderScreen("/audits", { fake: { ...head.fake, online: false } });
    const retry = await screen.findByRole("button", { name: "重试" });
    expect(screen.getByText(/审计保存在服务器上，本机没有副本/)).toBeTruthy();
    fake.override("audits_page", () => ({ rows: [], next: null }));
    fireEvent.click(retry);
    expect(await screen.findByText("还没有审计记录")).toBeTruthy();
  });

  it("x36: another fault is told with its code, and a computer that works alone is told that it takes a server", async () => {
    const { fake, unmount } = await renderScreen("/audits", { fake: { ...head.fake, joined: false } });
    expect(await screen.findByText("审计由服务器保存，加入服务器后才能查询。")).toBeTruthy();
    expect(fake).toBeTruthy();
    unmount();
    const again = await renderScreen("/audits", head);
    again.fake.override("audits_page", () => refuse("server_busy"));
    fireEvent.keyDown(document.body, { key: "r" });
    expect((await screen.findAllByRole("alert")).some((one) => one.textContent?.includes("服务器繁忙"))).toBe(true);
    expect(screen.getAllByRole("row", { name: /查看敏感信息/ }).length).toBeGreaterThan(0);
  });

  it("s7.1: who may not look into the audit has no such screen", async () => {
    const { unmount } = await renderScreen("/tags");
    const bar = within(screen.getByRole("navigation", { name: "主导航" }));
    expect(bar.queryByRole("link", { name: /审计/ })).toBeNull();
    unmount();
    await renderOver(<Gate router={makeTestRouter("/audits")} />);
    expect(await screen.findByText(/所需权限：查询审计/)).toBeTruthy();
  });
});
