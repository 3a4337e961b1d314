import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { BackupsView } from "../../src/ipc/contract";
import { type Rendered, renderScreen } from "../render";

const FAKE = { customers: 20, jobStepMs: 5 };
const LONG = { timeout: 15_000 };

beforeEach(() => vi.useRealTimers());

const opened = (fake = {}): Promise<Rendered> => renderScreen("/backups", { fake: { ...FAKE, ...fake } });

/** A screen whose backups stand so. */
async function standing(view: Partial<BackupsView>, fake = {}): Promise<Rendered> {
  const rendered = await opened(fake);
  const now = (await rendered.fake.call("backups_state", null)) as BackupsView;
  rendered.fake.override("backups_state", () => ({ ...now, ...view }));
  rendered.fake.emit("changed", { features: ["backups"] });
  return rendered;
}

/** A screen with one backup. */
async function backedUp(fake = {}): Promise<Rendered> {
  const rendered = await opened(fake);
  // Not through the pointer: the tip that it would bring up shares an id with dialogs here.
  fireEvent.click(await screen.findByRole("button", { name: "立即备份" }));
  await screen.findByText("已校验", undefined, LONG);
  await waitFor(() => expect(screen.getByRole("button", { name: /^恢复 / }).hasAttribute("disabled")).toBe(false), LONG);
  return rendered;
}

describe("backups", () => {
  it("s7.3: says that there is none yet and what to do", async () => {
    await opened();
    expect(await screen.findByText("还没有备份")).toBeTruthy();
    expect(screen.getByText("还没有备份过")).toBeTruthy();
  });

  it("s7.3: are made by one key and listed as verified", async () => {
    const { user } = await opened();
    await screen.findByText("还没有备份");
    await user.keyboard("n");
    expect(await screen.findByText("已校验", undefined, LONG)).toBeTruthy();
    expect(within(screen.getByRole("table")).getByText("20")).toBeTruthy();
    expect(screen.getByText("备份正常")).toBeTruthy();
  });

  it("s7.3: tell why the last one failed, and that one is missing, here and in the status bar", async () => {
    await standing({ missed: true, failed: "disk_full", failed_at: 1_795_485_600_000 });
    expect(await screen.findByText(/的备份没有完成/)).toBeTruthy();
    expect(screen.getByText(/磁盘空间不足/)).toBeTruthy();
    expect(screen.getAllByText("备份逾期").length).toBe(2);
  });

  it("s7.3: say when the folder can't be opened", async () => {
    await standing({ folder_error: "file_unreadable" });
    expect(await screen.findByText("备份文件夹打不开")).toBeTruthy();
  });

  it("s7.3: that are damaged say so and can't be restored", async () => {
    const { fake } = await backedUp();
    const now = (await fake.call("backups_state", null)) as BackupsView;
    const files = now.files.map((file) => ({ ...file, made_at: null, error: "backup_damaged" as const }));
    fake.override("backups_state", () => ({ ...now, files }));
    fake.emit("changed", { features: ["backups"] });
    expect(await screen.findByText(/备份文件已损坏/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: /^恢复 / })).toBeNull();
  });

  it("s7.3: from another device are verified with their password", async () => {
    const { fake, user } = await backedUp();
    const now = (await fake.call("backups_state", null)) as BackupsView;
    fake.override("backups_state", () => ({ ...now, files: now.files.map((file) => ({ ...file, own: false, known: false })) }));
    fake.emit("changed", { features: ["backups"] });
    await screen.findByText("其他设备");
    await user.click(screen.getByRole("button", { name: /^校验 / }));
    expect(await screen.findByRole("dialog", { name: "校验备份" }, LONG)).toBeTruthy();
  });
});

describe("a restore", () => {
  const dialog = async (rendered: Rendered): Promise<HTMLElement> => {
    await rendered.user.click(screen.getByRole("button", { name: /^恢复 / }));
    return screen.findByRole("dialog", { name: "恢复备份" }, LONG);
  };

  it("s7.3: says that unsent changes stay, asks for the password, and locks when it is done", async () => {
    const rendered = await backedUp();
    const asked = await dialog(rendered);
    expect(within(asked).getByText(/尚未同步的修改不会丢失/)).toBeTruthy();
    await rendered.user.type(within(asked).getByLabelText("备份密码"), "wrong{Enter}");
    expect(await within(asked).findByText(/密码不正确/)).toBeTruthy();
    await rendered.user.clear(within(asked).getByLabelText("备份密码"));
    await rendered.user.type(within(asked).getByLabelText("备份密码"), `${rendered.fake.store.password}{Enter}`);
    await waitFor(() => expect(rendered.fake.store.session.phase).toBe("locked"), LONG);
  });

  it("s7.3: says on a device that works alone that later changes are not kept", async () => {
    const asked = await dialog(await backedUp({ joined: false }));
    expect(within(asked).getByText(/备份之后的修改将不再保留/)).toBeTruthy();
    expect(within(asked).queryByText(/尚未同步的修改不会丢失/)).toBeNull();
  });

  it("s7.3: does nothing without a password", async () => {
    const rendered = await backedUp();
    const asked = await dialog(rendered);
    await rendered.user.click(within(asked).getByRole("button", { name: "恢复" }));
    expect(await within(asked).findByRole("alert")).toBeTruthy();
    expect(rendered.fake.store.session.phase).toBe("unlocked");
  });
});

describe("the schedule", () => {
  it("s7.3: is kept, and a folder that can't be written is refused at its field", async () => {
    const { user } = await opened();
    const folder = await screen.findByLabelText<HTMLInputElement>("文件夹");
    await user.clear(folder);
    await user.type(folder, "usb{Enter}");
    expect(await screen.findByText(/文件无法写入/)).toBeTruthy();
    await user.clear(folder);
    await user.type(folder, "/media/usb");
    await user.click(screen.getByText("关闭", { selector: ".ant-segmented-item-label" }));
    await user.click(await screen.findByRole("button", { name: /保存$/ }));
    expect(await screen.findByText("未开启自动备份")).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>("文件夹").value).toBe("/media/usb");
  });
});
