import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { RecoveryView } from "../../src/ipc/contract";
import { type Rendered, renderScreen } from "../render";

const FINGERPRINT = "1A2B-3C4D-5E6F-7081-92A3-B4C5-D6E7-F809";

/** The account's page of a device whose bank has this key. */
async function opened(recovery: Partial<RecoveryView>): Promise<Rendered> {
  const rendered = await renderScreen("/account", { fake: { customers: 5 } });
  const { fake } = rendered;
  fake.store.session = { ...fake.store.session, recovery: { ...fake.store.session.recovery, ...recovery } };
  fake.emit("locked", null);
  return rendered;
}

describe("the bank's recovery key", () => {
  it("s1.4: is told in the status bar with its fingerprint on the account's page until it was compared", async () => {
    const { user, fake } = await opened({ fingerprint: FINGERPRINT, since: 1_795_485_600_000 });
    expect(await screen.findByText(FINGERPRINT)).toBeTruthy();
    expect(screen.getByText("银行恢复密钥待核对")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "已核对" }));
    await waitFor(() => expect(screen.queryByText("银行恢复密钥待核对")).toBeNull());
    expect(screen.getByText(FINGERPRINT)).toBeTruthy();
    expect(fake.store.settings.seen).toEqual([`recovery:${FINGERPRINT}`]);
  });

  it("s1.4: that is not the pinned one is told as not taken", async () => {
    await opened({ refused: FINGERPRINT });
    expect(await screen.findByText("恢复密钥未采用")).toBeTruthy();
    expect(screen.getByText(/没有采用。请报告系统管理员/)).toBeTruthy();
  });

  it("is not spoken of without one", async () => {
    await opened({});
    expect(await screen.findByRole("heading", { level: 1, name: "账户" }).catch(() => screen.findByRole("main"))).toBeTruthy();
    expect(screen.queryByText("银行恢复密钥")).toBeNull();
  });
});
