/** What every screen of the application has to keep, whoever made it. Screens are found as the application finds them. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { screens } from "../../ui/src/app/screens.ts";
import { axeFindings, type Opening, policyReport, type Screens, sideways, startScreens } from "./browser.ts";
import { POLICY } from "./serve.ts";

/** An address with real values in the place of its names. */
const VALUES: Record<string, string> = { "/customers/$id": "/customers/customer-1", "/customers/$id/edit": "/customers/customer-1/edit", "/help/$topic": "/help/import" };
const addressOf = (path: string): string => VALUES[path] ?? path;

interface Place extends Opening {
  name: string;
}

/** Every screen, and the states of the store in which none of them is shown. */
const PLACES: readonly Place[] = [
  ...screens.map(({ path }) => ({ name: path, path: addressOf(path) })),
  { name: "first run", fake: { phase: "first_run" } },
  { name: "signed out", fake: { phase: "signed_out" } },
  { name: "locked", fake: { phase: "locked" } },
];

const SIZES = [
  { width: 1366, height: 768 },
  { width: 683, height: 384 },
];

let browser: Screens;

beforeAll(async () => {
  browser = await startScreens();
});
afterAll(() => browser?.stop());

/** Opens a place and waits until it has nothing more to read. */
async function visit(place: Place, more: Opening = {}): Promise<Page> {
  const page = await browser.open({ ...place, ...more, fake: { customers: 200, ...place.fake } });
  await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
  await page.waitForLoadState("networkidle");
  return page;
}

const directives = (policy: string): Record<string, string[]> =>
  Object.fromEntries(
    policy
      .split(";")
      .map((one) => one.trim().split(/\s+/))
      .map(([name = "", ...sources]) => [name, sources.sort()]),
  );

describe("the policy", () => {
  it("is the one of the application", () => {
    const { app } = JSON.parse(readFileSync(new URL("../../src-tauri/tauri.conf.json", import.meta.url), "utf8"));
    expect(directives(POLICY)).toEqual(directives(app.security.csp));
  });

  it("knows an address for every screen", () => {
    expect(screens.map(({ path }) => addressOf(path)).filter((path) => path.includes("$"))).toEqual([]);
  });
});

describe.each(PLACES)("$name", (place) => {
  it("u11: keeps the policy, adds no style, and has one title in both languages", async () => {
    const titles: string[] = [];
    for (const language of ["zh-CN", "en"]) {
      const page = await visit(place, { settings: { language } });
      expect(await policyReport(page)).toEqual({ violations: [], styles: 0 });
      expect(await page.locator("html").getAttribute("lang")).toBe(language);
      titles.push(...(await page.locator("h1").allTextContents()));
      await page.close();
    }
    expect(titles).toHaveLength(2);
    expect(titles.filter((title) => title.trim() === "")).toEqual([]);
  });

  it.each(["light", "dark"])("u6: has no serious finding of axe in %s", async (theme) => {
    const page = await visit(place, { settings: { theme } });
    expect(await axeFindings(page)).toEqual([]);
    await page.close();
  });

  it("u10: does not scroll sideways, at the usual size and at twice its size", async () => {
    for (const size of SIZES) {
      const page = await visit(place, { size });
      expect({ ...size, over: Math.max(0, await sideways(page)) }).toEqual({ ...size, over: 0 });
      await page.close();
    }
  });
});
