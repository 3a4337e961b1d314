import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, type Opening, policyReport, type Screens, sideways, startScreens } from "./browser.ts";

let screens: Screens;
beforeAll(async () => {
  screens = await startScreens();
});
afterAll(() => screens.stop());

const CLEAN = { violations: [], styles: 0 };
const SHOWN: Record<string, string> = {
  "/customers": '[role="row"] .lq-grid-open',
  "/customers/customer-12": ".lq-customer-fields dd",
  "/customers/customer-12/edit": "#lq-customer-mobile",
  "/customers/new": "#lq-customer-name",
};

async function open(path: string, opening: Opening = {}): Promise<Page> {
  const page = await screens.open({ path, ...opening });
  await page.locator(SHOWN[path] ?? "h1").first().waitFor();
  return page;
}

const nodes = (page: Page): Promise<number> => page.evaluate(() => document.querySelectorAll("*").length);

/** What lies under a notice, or what of a notice lies outside the window. */
const covered = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const box = (element: Element): DOMRect => element.getBoundingClientRect();
    const meet = (a: DOMRect, b: DOMRect): boolean =>
      a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
    const others = [...document.querySelectorAll("#main, nav, header, .lq-status-sync, .lq-status-right")];
    return [...document.querySelectorAll(".lq-toast, .lq-toast button")].flatMap((notice) => {
      const place = box(notice);
      const cut = place.width < 1 || place.left < 0 || place.right > window.innerWidth || place.bottom > window.innerHeight + 0.5;
      const under = others.filter((one) => meet(place, box(one))).map((one) => one.className || one.tagName);
      return cut ? [`cut: ${notice.className}`, ...under] : under;
    });
  });

describe("customers in a browser", () => {
  for (const theme of ["light", "dark"]) {
    for (const path of Object.keys(SHOWN)) {
      it(`u6: ${path} has no serious finding and keeps the policy, ${theme}`, async () => {
        const page = await open(path, { settings: { theme } });
        expect(await axeFindings(page)).toEqual([]);
        expect(await policyReport(page)).toEqual(CLEAN);
        await page.close();
      });
    }
  }

  for (const size of [
    { width: 1366, height: 768 },
    { width: 683, height: 384 },
  ]) {
    it(`u10: nothing is cut sideways at ${size.width} x ${size.height}`, async () => {
      for (const path of Object.keys(SHOWN)) {
        const page = await open(path, { size });
        expect([path, await sideways(page)]).toEqual([path, 0]);
        const cut = await page.evaluate(() => {
          const body = document.querySelector(".lq-page-scroll > .lq-page-body");
          return body ? body.scrollWidth - body.clientWidth : 0;
        });
        expect([path, cut]).toEqual([path, 0]);
        await page.close();
      }
    });
  }

  it("u4: scrolls through 100,000 customers with fewer than 1,500 nodes", async () => {
    const page = await open("/customers", { fake: { customers: 100_000 } });
    for (const part of [0.1, 0.5, 0.9, 1]) {
      await page.evaluate((at) => {
        const grid = document.querySelector(".lq-grid");
        grid?.scrollTo({ top: grid.scrollHeight * at });
      }, part);
      await page.waitForFunction(() => document.querySelectorAll(".lq-grid-body .lq-grid-open").length > 10);
      expect(await nodes(page)).toBeLessThan(1500);
    }
    await page.close();
  });

  it("s8.2: comes back to the same place of the list", async () => {
    const page = await open("/customers", { fake: { customers: 5000 } });
    await page.evaluate(() => document.querySelector(".lq-grid")?.scrollTo({ top: 20_000 }));
    await page.waitForFunction(() => document.querySelectorAll(".lq-grid-body .lq-grid-open").length > 10);
    const name = page.locator(".lq-grid-body .lq-grid-open").nth(10);
    await name.click();
    await page.locator(".lq-customer").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".lq-grid").waitFor();
    await expect.poll(() => page.evaluate(() => document.querySelector(".lq-grid")?.scrollTop)).toBeGreaterThan(19_000);
    await page.close();
  });

  for (const size of [
    { width: 1366, height: 768 },
    { width: 683, height: 384 },
  ]) {
    for (const language of ["zh-CN", "en"]) {
      it(`f3.5: a notice covers nothing and is whole at ${size.width} x ${size.height}, ${language}`, async () => {
        const page = await open("/customers", { size, settings: { language } });
        await page.keyboard.press("j");
        await page.keyboard.press("Delete");
        await page.getByRole("dialog").locator(".ant-btn-dangerous").click();
        const notice = page.locator(".lq-toast");
        await notice.waitFor();
        await page.getByRole("dialog").waitFor({ state: "detached" });
        expect(await covered(page)).toEqual([]);
        expect(await axeFindings(page)).toEqual([]);
        expect(await sideways(page)).toBe(0);
        const total = page.locator(".lq-page-aside [role=status]");
        await expect.poll(() => total.textContent()).toContain("1,999");
        await page.keyboard.press("Control+z");
        await expect.poll(() => total.textContent()).toContain("2,000");
        await page.close();
      });
    }
  }

  it("f3.6: finds, opens, edits and saves without a pointer", async () => {
    const page = await open("/customers");
    await page.keyboard.press("/");
    await page.keyboard.type("zhang");
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator(".lq-customer").waitFor();
    await page.keyboard.press("e");
    await page.locator("#lq-customer-occupation").waitFor();
    await page.locator("#lq-customer-occupation").focus();
    await page.keyboard.type("顾问");
    await page.keyboard.press("Control+s");
    await page.locator(".lq-customer-history ins", { hasText: "顾问" }).waitFor();
    await page.close();
  });

  it("x3: an account narrows the transactions with the keyboard, and the list comes into view", async () => {
    const page = await open("/customers/customer-1");
    const totals = page.locator(".lq-transactions-totals");
    await totals.getByText(/共 \d+ 笔/).waitFor();
    const all = await totals.textContent();
    await page.getByRole("button", { name: /个人住房贷款/ }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => totals.textContent()).not.toBe(all);
    const list = await page.locator(".lq-transactions-list").boundingBox();
    expect((list?.y ?? 0) + (list?.height ?? 0)).toBeLessThanOrEqual(768);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "清除条件" }).click();
    await expect.poll(() => totals.textContent()).toBe(all);
    await page.close();
  });

  it("x5: two years of assets can be walked through by key and by pointer", async () => {
    const page = await open("/customers/customer-1");
    await page.getByText("24 个月").click();
    const slider = page.getByRole("slider");
    await expect.poll(() => slider.getAttribute("aria-valuemax")).toMatch(/^73[01]$/);
    await slider.focus();
    const last = await slider.getAttribute("aria-valuetext");
    await page.keyboard.press("Home");
    expect(await slider.getAttribute("aria-valuenow")).toBe("0");
    await page.keyboard.press("End");
    expect(await slider.getAttribute("aria-valuetext")).toBe(last);
    const box = await slider.boundingBox();
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 50);
    await page.locator(".lq-curve-cursor").waitFor();
    expect(Number(await slider.getAttribute("aria-valuenow"))).toBeGreaterThan(300);
    await page.getByText("按月末查看数字").click();
    expect(await page.getByRole("table", { name: "按月末查看数字" }).locator("tbody tr").count()).toBeGreaterThanOrEqual(24);
    expect(await policyReport(page)).toEqual(CLEAN);
    await page.close();
  });

  it("u6: filters, columns and dialogs have no serious finding and keep the policy", async () => {
    const page = await open("/customers");
    await page.keyboard.press("f");
    await page.getByRole("menuitem", { name: "资产" }).click();
    await page.getByRole("dialog", { name: "资产" }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("f");
    await page.getByRole("menuitem", { name: "所在地区" }).click();
    await page.getByRole("dialog", { name: "所在地区" }).getByRole("combobox").click();
    await page.getByText("北京市").click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "列", exact: true }).click();
    await page.getByRole("dialog", { name: "选择列" }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(await policyReport(page)).toEqual(CLEAN);
    await page.close();
  });
});
