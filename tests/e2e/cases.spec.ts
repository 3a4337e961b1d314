/** What only a browser can show of the dialogs of cases: policy, contrast, keys and focus, small windows. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, type Opening, policyReport, type Screens, sideways, startScreens } from "./browser.ts";

let screens: Screens;
beforeAll(async () => {
  screens = await startScreens();
});
afterAll(() => screens.stop());

const OFFICER = { role: "risk_officer", customers: 50 };

/** The list with its first case open. */
async function opened(opening: Opening = {}): Promise<Page> {
  const page = await screens.open({ path: "/cases", fake: OFFICER, ...opening });
  await page.locator(".lq-grid-open").first().click();
  await page.locator("textarea:focus").waitFor();
  return page;
}

/** A customer's page with the dialog that opens a case. */
async function opening(more: Opening = {}): Promise<Page> {
  const page = await screens.open({ path: "/customers/customer-1", fake: OFFICER, ...more });
  await page.getByRole("button", { name: "新建可疑交易个案" }).waitFor();
  await page.keyboard.press("n");
  await page.locator("textarea:focus").waitFor();
  return page;
}

describe("dialogs of cases in a browser", () => {
  for (const theme of ["light", "dark"]) {
    it(`u6: have no serious finding and keep the policy, ${theme}`, async () => {
      const page = await opened({ settings: { theme } });
      await page.locator(".lq-cases-state .ant-segmented-item", { hasText: "确认上报" }).click();
      await page.keyboard.press("Control+s");
      await page.locator(".lq-error").waitFor();
      expect(await axeFindings(page)).toEqual([]);
      expect(await policyReport(page)).toEqual({ violations: [], styles: 0 });
      await page.close();
      const other = await opening({ settings: { theme } });
      expect(await axeFindings(other)).toEqual([]);
      expect(await policyReport(other)).toEqual({ violations: [], styles: 0 });
      await other.close();
    });
  }

  it("x23: ask by Escape before what was typed is given up, and by another Escape go on with it", async () => {
    const page = await opened();
    await page.keyboard.type("新情况");
    await page.keyboard.press("Escape");
    const question = page.getByRole("dialog", { name: "放弃没有保存的内容？" });
    await question.waitFor();
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "hidden" });
    await page.locator("textarea:focus").waitFor();
    expect(await page.locator("textarea").first().inputValue()).toContain("新情况");
    await page.close();
  });

  for (const [which, open] of [["of a new case", opening], ["of a case", opened]] as const) {
    it(`x23: keep what was typed while the computer is locked, ${which}`, async () => {
      const page = await open();
      await page.keyboard.type("分散转入");
      const typed = await page.locator("textarea").inputValue();
      await page.keyboard.press("Control+l");
      await page.locator("textarea").waitFor({ state: "detached" });
      await page.locator("input[type=password]:focus").fill("Langqiao-2026");
      await page.keyboard.press("Enter");
      await page.locator("textarea:focus").waitFor();
      expect(await page.locator("textarea").inputValue()).toBe(typed);
      expect(typed).toContain("分散转入");
      await page.close();
    });
  }

  it("u10: are usable in a window of half the size: nothing is cut sideways, and what is wrong is seen", async () => {
    const page = await opened({ size: { width: 683, height: 384 } });
    await page.locator(".lq-cases-state .ant-segmented-item", { hasText: "排除可疑" }).click();
    await page.keyboard.press("Control+s");
    const wrong = page.locator(".lq-error");
    await wrong.waitFor();
    await expect.poll(async () => ((await wrong.boundingBox())?.y ?? 999) + 12).toBeLessThan(384);
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "保存" }).click();
    await page.close();
  });
});
