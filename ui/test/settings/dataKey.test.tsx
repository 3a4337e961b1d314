import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { refuse } from "../../src/ipc/fake/store";
import { type Rendered, renderScreen } from "../render";

const LONG = { timeout: 15_000 };

async function asked(): Promise<Rendered & { dialog: HTMLElement }> {
  const rendered = await renderScreen("/settings", { fake: { customers: 5, jobStepMs: 5 } });
  await rendered.user.click(await screen.findByRole("button", { name: "更换数据密钥" }));
  return { ...rendered, dialog: await screen.findByRole("dialog", { name: "更换数据密钥" }, LONG) };
}

describe("the data key", () => {
  it("f4.1: is changed after the password was asked again, and the end is told", async () => {
    const { dialog, user, fake } = await asked();
    expect(within(dialog).getByText(/原来的资料不变/)).toBeTruthy();
    await user.type(within(dialog).getByLabelText("密码"), "wrong{Enter}");
    expect(await within(dialog).findByText(/密码不正确/)).toBeTruthy();
    await user.clear(within(dialog).getByLabelText("密码"));
    await user.type(within(dialog).getByLabelText("密码"), `${fake.store.password}{Enter}`);
    expect(await screen.findByText("数据密钥已更换，本机资料已用新密钥重新加密。", undefined, LONG)).toBeTruthy();
    expect(fake.store.session.phase).toBe("unlocked");
    await waitFor(() => expect(screen.getByRole("button", { name: "更换数据密钥" }).hasAttribute("disabled")).toBe(false), LONG);
  });

  it("f4.1: is not changed without a password, nor while other work runs", async () => {
    const { dialog, user, fake } = await asked();
    await user.click(within(dialog).getByRole("button", { name: "更换数据密钥" }));
    expect(await within(dialog).findByRole("alert")).toBeTruthy();
    expect(fake.store.jobs.length).toBe(0);
    fake.override("session_rekey", () => refuse("job_running"));
    await user.type(within(dialog).getByLabelText("密码"), `${fake.store.password}{Enter}`);
    expect(await within(dialog).findByText(/另一项任务正在进行/)).toBeTruthy();
  });
});
