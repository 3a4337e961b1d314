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

/**
 * Somebody who may open a screen: administrators see theirs, and no customer; who leads a branch looks into its audit; of cases only risk
 * officers know.
 */
const whoMay = (permission: string | undefined) => {
  if (permission === "users_edit") return "administrator";
  if (permission === "cases_edit") return "risk_officer";
  return permission === "audits_read" ? "manager" : "relationship_manager";
};

interface Place extends Opening {
  name: string;
}

/** Every screen, and the states of the store in which none of them is shown. */
const PLACES: readonly Place[] = [
  ...screens.map(({ path, permission }): Place => ({ name: path, path: addressOf(path), fake: { role: whoMay(permission) } })),
  { name: "first run", fake: { phase: "first_run" } },
  { name: "signed out", fake: { phase: "signed_out" } },
  { name: "locked", fake: { phase: "locked" } },
  { name: "a page that is not there", path: "/nowhere" },
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

const VIEWS: readonly (Opening & { view: string })[] = [
  { view: "in Chinese and light", settings: { language: "zh-CN", theme: "light" } },
  { view: "in English and dark", settings: { language: "en", theme: "dark" } },
];

describe.each(PLACES)("$name", (place) => {
  describe.each(VIEWS)("$view", (view) => {
    let page: Page;
    beforeAll(async () => {
      page = await visit(place, view);
    });
    afterAll(() => page?.close());

    it("u11: keeps the policy and adds no style", async () => {
      expect(await policyReport(page)).toEqual({ violations: [], styles: 0 });
    });

    it("u6: has no serious finding of axe", async () => {
      expect(await axeFindings(page)).toEqual([]);
    });

    it("u6: shows nothing that is only for screen readers", async () => {
      const seen = await page.locator(".lq-hidden").evaluateAll((all) => all.filter((one) => one.clientWidth > 1).map((one) => one.textContent));
      expect(seen).toEqual([]);
    });

    it("has one title, in the language", async () => {
      expect(await page.locator("html").getAttribute("lang")).toBe(view.settings?.["language"]);
      const titles = await page.locator("h1").allTextContents();
      expect(titles.map((title) => title.trim() !== "")).toEqual([true]);
    });
  });

  it("u10: does not scroll sideways, at the usual size and at twice its size", async () => {
    const page = await visit(place);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await expect.poll(() => sideways(page)).toBeLessThanOrEqual(0);
    }
    await page.close();
  });
});
