/** Bringing a list in and taking one out, in a real browser over the built screens. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, policyReport, type Screens, sideways, startScreens } from "./browser.ts";

const FAKE = { customers: 200, jobStepMs: 10 };

let browser: Screens;

beforeAll(async () => {
  browser = await startScreens();
});
afterAll(() => browser?.stop());

async function open(path: string, theme = "light", size = { width: 1366, height: 768 }): Promise<Page> {
  return browser.open({ path, fake: FAKE, settings: { theme }, size });
}

/** What every state of a screen has to keep. */
async function sound(page: Page): Promise<void> {
  expect(await axeFindings(page)).toEqual([]);
  expect(await policyReport(page)).toEqual({ violations: [], styles: 0 });
  expect(await sideways(page)).toBeLessThanOrEqual(0);
}

async function readFile(page: Page): Promise<void> {
  await page.getByLabel("文件位置").fill("/home/user/客户名单.csv");
  await page.keyboard.press("Enter");
  await page.getByText("40 行").waitFor();
}

async function next(page: Page): Promise<void> {
  await page.keyboard.press("Control+Enter");
}

describe("the import", () => {
  it.each(["light", "dark"])("x1: goes from file to result by keyboard and is accessible at every step, in %s", async (theme) => {
    const page = await open("/imports", theme);
    await readFile(page);
    await sound(page);
    await next(page);
    await page.getByLabel("“姓名”对应到").waitFor();
    await sound(page);
    await next(page);
    await page.getByRole("region", { name: "检查结果" }).waitFor();
    await sound(page);
    await next(page);
    await page.getByRole("region", { name: "导入结果" }).waitFor();
    await sound(page);
    await page.close();
  });

  it("x1: of a file leads to its customers, and is taken back as a whole", async () => {
    const page = await open("/imports");
    await readFile(page);
    await next(page);
    await page.getByLabel("“姓名”对应到").waitFor();
    await next(page);
    await page.getByRole("button", { name: "导入 31 行" }).click();
    await page.getByRole("button", { name: "查看导入的客户", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "客户" }).waitFor();
    await page.getByText("31 位", { exact: false }).first().waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "撤回整批：客户名单.csv" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "撤回整批" }).click();
    await page.getByText("移除 31", { exact: false }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.close();
  });

  it("x1: at twice the usual size keeps tables within the screen", async () => {
    const page = await open("/imports", "light", { width: 683, height: 384 });
    await readFile(page);
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    await next(page);
    await page.getByLabel("“姓名”对应到").waitFor();
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    await next(page);
    await page.getByRole("region", { name: "检查结果" }).waitFor();
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    await page.close();
  });
});

describe("the export", () => {
  it.each(["light", "dark"])("f2.2: is three interactions from the list, and accessible, in %s", async (theme) => {
    const page = await open("/customers", theme);
    await page.getByRole("grid").waitFor();
    await page.keyboard.press("Control+Shift+E");
    await page.getByRole("textbox", { name: "用途" }).waitFor();
    await page.getByText("200 位客户").first().waitFor();
    await sound(page);
    await page.keyboard.type("季度回访名单");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("region", { name: "导出完成" }).waitFor();
    await sound(page);
    await page.close();
  });
});
