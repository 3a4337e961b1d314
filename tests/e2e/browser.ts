/** A browser over the built screens, with the stand-in for the use cases behind them. */
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { type Served, serve } from "./serve.ts";

export interface Opening {
  /** Address behind `#`. */
  path?: string;
  /** Options of the stand-in, see `ui/src/ipc/fake`. */
  fake?: Record<string, string | number>;
  settings?: Record<string, unknown>;
  /** CSS pixels. */
  size?: { width: number; height: number };
}

export interface Screens {
  open: (opening?: Opening) => Promise<Page>;
  stop: () => Promise<void>;
}

/** Debian's Chromium, or the one the environment names. */
const EXECUTABLE = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export async function startScreens(): Promise<Screens> {
  const served: Served = await serve();
  const browser: Browser = await chromium.launch({ executablePath: EXECUTABLE, args: ["--no-sandbox", "--disable-gpu"] });
  return {
    open: async (opening = {}) => {
      const page = await browser.newPage({ viewport: opening.size ?? { width: 1366, height: 768 }, reducedMotion: "reduce", locale: "zh-CN" });
      await watchPolicy(page);
      const query = new URLSearchParams(Object.entries(opening.fake ?? {}).map(([name, value]) => [name, String(value)]));
      if (opening.settings) query.set("settings", JSON.stringify(opening.settings));
      await page.goto(`${served.url}/?${query}#${opening.path ?? "/"}`);
      await page.locator("h1").first().waitFor({ state: "attached" });
      return page;
    },
    stop: async () => {
      await browser.close();
      await served.stop();
    },
  };
}

/** Collects violations of the policy from the first moment on. */
async function watchPolicy(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { policyViolations: seen });
    document.addEventListener("securitypolicyviolation", (event) => seen.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
}

/** What broke the policy, and how many style elements there are; both have to be none. */
export const policyReport = (page: Page): Promise<{ violations: string[]; styles: number }> =>
  page.evaluate(() => ({
    violations: (window as unknown as { policyViolations: string[] }).policyViolations,
    styles: document.querySelectorAll("style").length,
  }));

/** Serious and critical findings of axe, with the place. */
export async function axeFindings(page: Page): Promise<string[]> {
  // The policy forbids script elements; evaluation from outside is not subject to it.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const run = (window as unknown as { axe: typeof axe }).axe;
    const { violations } = await run.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    return violations
      .filter((one) => one.impact === "serious" || one.impact === "critical")
      .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`));
  });
}

/** Whether the page itself scrolls sideways, and by how much. */
export const sideways = (page: Page): Promise<number> => page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth);
