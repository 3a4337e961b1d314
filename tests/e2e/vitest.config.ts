import { fileURLToPath } from "node:url";
import type { ViteUserConfig } from "vitest/config";

const ui = (path: string): string => fileURLToPath(new URL(`../../ui/${path}`, import.meta.url));

/** Tests in a real browser. Their packages are those of ui/, so this file itself can import none. Run by `npm run e2e` there. */
export default {
  root: fileURLToPath(new URL("../..", import.meta.url)),
  resolve: {
    alias: {
      "playwright-core": ui("node_modules/playwright-core/index.mjs"),
      "axe-core": ui("node_modules/axe-core/axe.js"),
      vitest: ui("node_modules/vitest/dist/index.js"),
    },
  },
  test: {
    include: ["tests/e2e/**/*.spec.ts"],
    environment: "node",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
} satisfies ViteUserConfig;
