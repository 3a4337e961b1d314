import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { axeFindings, type Opening, policyReport, type Screens, sideways, startScreens } from "./browser.ts";

let screens: Screens;
beforeAll(async () => {
  screens = await startScreens();
});
afterAll(() => screens.stop());

const PASSWORD = "Langqiao-2026";
const password = (page: Page) => page.getByLabel("密码", { exact: true });

/** Nothing breaks the policy, nothing is out of reach for assistive technology, nothing sticks out. */
async function expectSound(page: Page): Promise<void> {
  expect(await axeFindings(page)).toEqual([]);
  expect(await policyReport(page)).toEqual({ violations: [], styles: 0 });
  expect(await sideways(page)).toBeLessThanOrEqual(0);
}

const openDialog = async (page: Page, key: string): Promise<void> => {
  await page.keyboard.press(key);
  await page.getByRole("dialog").waitFor();
};

const PLACES: [string, Opening, ((page: Page) => Promise<unknown>)?][] = [
  ["first run", { fake: { phase: "first_run" } }],
  ["working alone", { fake: { phase: "first_run" } }, (page) => page.getByRole("button", { name: /单机使用/ }).click()],
  ["sign-in", { fake: { phase: "signed_out" } }],
  ["a wrong password", { fake: { phase: "signed_out" } }, async (page) => {
    await password(page).fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("用户名或密码不正确。").waitFor();
  }],
  ["lock", { fake: { phase: "locked" } }],
  ["help over the lock", { fake: { phase: "locked" } }, async (page) => {
    await openDialog(page, "F1");
    await page.getByRole("dialog").getByRole("heading", { name: "锁定与解锁" }).waitFor();
  }],
  ["an expired password", { fake: { expired: 1 } }],
  ["account", { path: "/account" }],
  ["own password", { path: "/account" }, (page) => openDialog(page, "e")],
  ["sync centre", { path: "/sync" }],
  ["offline", { path: "/sync", fake: { online: 0 } }],
  ["working alone, with a way to join", { path: "/sync", fake: { joined: 0 } }],
  ["the log", { path: "/sync?tab=rounds" }, (page) => page.getByRole("tab", { name: /同步记录/, selected: true }).waitFor()],
  ["what waits", { path: "/sync?tab=waiting" }, (page) => page.getByRole("tab", { name: /待同步/, selected: true }).waitFor()],
  ["a conflict", { path: "/sync" }, (page) => openDialog(page, "c")],
  ["tags", { path: "/tags" }],
  ["a new tag", { path: "/tags" }, (page) => openDialog(page, "n")],
];

describe("session, sync and tags", () => {
  it.each(PLACES)("are sound in both themes: %s", async (_name, opening, act) => {
    for (const theme of ["light", "dark"]) {
      const page = await screens.open({ ...opening, settings: { theme } });
      await act?.(page);
      await expectSound(page);
      await page.close();
    }
  });

  it("fit at twice the size on a branch workstation", async () => {
    for (const [, opening, act] of PLACES) {
      const page = await screens.open({ ...opening, size: { width: 683, height: 384 } });
      await act?.(page);
      expect(await sideways(page)).toBeLessThanOrEqual(0);
      await page.close();
    }
  });
});

describe("by keyboard alone", () => {
  it("s8.1: a first run alone leads into the application", async () => {
    const page = await screens.open({ fake: { phase: "first_run" } });
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByLabel("姓名").waitFor();
    await page.keyboard.type("示例用户");
    await page.keyboard.press("Tab");
    await page.keyboard.type("example");
    for (let times = 0; times < 2; times += 1) {
      await page.keyboard.press("Tab");
      if (times === 1) await page.keyboard.press("Tab");
      await page.keyboard.type("Bridge-2026x");
    }
    await page.keyboard.press("Enter");
    await page.getByText("单机使用").first().waitFor();
    await page.getByRole("navigation").waitFor();
    await page.close();
  });

  it("f3.6: F1 helps at the lock; Esc goes back to the password, and F1 then belongs to the screens", async () => {
    const page = await screens.open({ path: "/settings" });
    await page.keyboard.press("Control+L");
    await password(page).waitFor();
    await page.keyboard.type("half");
    await openDialog(page, "F1");
    await page.getByRole("heading", { name: "锁定与解锁" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await password(page).evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await password(page).inputValue()).toBe("half");
    await password(page).fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "设置" }).waitFor();
    await page.keyboard.press("F1");
    await page.getByRole("heading", { level: 1, name: "帮助" }).waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.close();
  });

  it("s8.1: lock hides an open dialog and its notices; unlocking returns to it with what was typed", async () => {
    const page = await screens.open({ path: "/tags" });
    await page.getByText("重点客户").waitFor();
    await openDialog(page, "n");
    await page.keyboard.type("理财到期");
    await page.keyboard.press("Control+L");
    await page.getByRole("heading", { name: "已锁定" }).waitFor();
    expect(await page.getByRole("dialog").isVisible()).toBe(false);
    expect(await page.getByText("重点客户").isVisible()).toBe(false);
    expect(await password(page).evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    expect(await page.getByLabel("名称").inputValue()).toBe("理财到期");
    await page.close();
  });

  it("x33: conflicts are settled one after the other in one dialog", async () => {
    const page = await screens.open({ path: "/sync", fake: { customers: 600 } });
    await page.getByRole("heading", { name: "冲突" }).waitFor();
    await openDialog(page, "c");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText("（1/1）").waitFor();
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "冲突" }).waitFor({ state: "detached" });
    await page.close();
  });

  it("s1.3: a tag is renamed and comes back by Ctrl+Z", async () => {
    const page = await screens.open({ path: "/tags" });
    await page.getByText("重点客户").waitFor();
    await openDialog(page, "e");
    await page.getByLabel("名称").fill("贵宾");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("row", { name: /贵宾/ }).waitFor();
    await page.keyboard.press("Control+Z");
    await page.getByRole("row", { name: /重点客户/ }).waitFor();
    await page.close();
  });
});
