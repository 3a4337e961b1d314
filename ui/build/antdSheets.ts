import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/**
 * Ant Design's two modules that put style elements into the page. The content security policy (`style-src 'self'`) blocks those,
 * so both are replaced by ours, which keeps constructed style sheets. A new antd version may move them: the e2e test of the
 * policy then fails, and so does the build, because a module that is not found here is reported.
 */
const INJECTORS = [/@rc-component\/util\/(es|lib)\/Dom\/dynamicCSS(\.js)?$/, /@ant-design\/icons\/(es|lib)\/cssUtils(\.js)?$/];

export function antdSheets(): Plugin {
  const shim = fileURLToPath(new URL("./sheetShim.ts", import.meta.url));
  const replaced = new Set<RegExp>();
  return {
    name: "antd-sheets",
    enforce: "pre",
    apply: "build",
    async resolveId(source, importer, options) {
      if (!importer || !/dynamicCSS|cssUtils/.test(source)) return null;
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      const injector = found && INJECTORS.find((pattern) => pattern.test(found.id.split("?")[0] ?? ""));
      if (!injector) return null;
      replaced.add(injector);
      return shim;
    },
    buildEnd(error) {
      if (!error && replaced.size === 0) this.error("antd's style injection was not found: see build/antdSheets.ts");
    },
  };
}
