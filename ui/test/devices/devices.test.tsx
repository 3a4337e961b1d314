import { configure, fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { renderScreen } from "../render";

// The whole application is loaded anew for each file: a busy computer needs its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });

const administrator = { fake: { role: "administrator" } } as const;

describe("devices", () => {
  it("x34: are listed with what they hold, how far they are behind and how they stand", async () => {
    await renderScreen("/devices", administrator);
    expect(await screen.findByRole("row", { name: /移动展业平板 李强 .* 240 14 / })).toBeTruthy();
    expect(screen.getByRole("row", { name: /旧笔记本 赵敏 已锁定，等待擦除/ })).toBeTruthy();
    expect(screen.getByRole("row", { name: /二楼电脑 陈静 已擦除/ })).toBeTruthy();
    expect(screen.getByRole("row", { name: /新电脑 未知 .*从未 未上报/ })).toBeTruthy();
  });

  it("x34: one is locked after a question, and waits for its proof; the one at hand and those that are locked can't be", async () => {
    const { user } = await renderScreen("/devices", administrator);
    await screen.findByText("移动展业平板");
    expect(screen.queryByRole("button", { name: /柜台一号电脑/ })).toBeNull();
    expect(screen.queryByRole("button", { name: /旧笔记本/ })).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "锁定李强的设备“移动展业平板”" }));
    const question = within(await screen.findByRole("dialog", { name: "锁定设备“移动展业平板”？" }));
    expect(question.getByText(/尚未发送的修改会一并丢失/)).toBeTruthy();
    await user.click(question.getByRole("button", { name: "锁定并擦除" }));
    expect(await screen.findByText("已锁定设备“移动展业平板”")).toBeTruthy();
    expect(await screen.findByRole("row", { name: /移动展业平板 李强 已锁定，等待擦除/ })).toBeTruthy();
  });

  it("x34: without the server it says why there is nothing, and reads again", async () => {
    const { fake } = await renderScreen("/devices", { fake: { ...administrator.fake, online: false } });
    const retry = await screen.findByRole("button", { name: "重试" });
    expect(screen.getByText(/连不上服务器/)).toBeTruthy();
    fake.override("devices_list", () => []);
    fireEvent.click(retry);
    expect(await screen.findByText("还没有设备")).toBeTruthy();
  });

  it("x34: a computer that works alone is told that it takes a server", async () => {
    await renderScreen("/devices", { fake: { ...administrator.fake, joined: false } });
    expect(await screen.findByText("设备由服务器管理，加入服务器后才能查看。")).toBeTruthy();
  });

  it("s7.1: who does not administer has no such screen", async () => {
    await renderScreen("/tags");
    const bar = within(screen.getByRole("navigation", { name: "主导航" }));
    expect(bar.getByRole("link", { name: /标签/ })).toBeTruthy();
    expect(bar.queryByRole("link", { name: /设备/ })).toBeNull();
  });
});
