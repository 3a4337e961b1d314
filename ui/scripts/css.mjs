// Writes public/antd.css: the token file as CSS variables, and Ant Design's stylesheet for both themes, so that nothing has to be
// injected while the application runs.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { extractStyle } from "@ant-design/static-style-extract";
import { ConfigProvider, theme } from "antd";
import { createElement } from "react";
import { runnerImport } from "vite";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const { module } = await runnerImport(at("../src/kit/theme/antdTheme.ts"), { configFile: false });

/** Splits a sheet into its top-level rules. Strings hold no braces in antd's output except inside `content`, which is skipped. */
function rules(css) {
  const found = [];
  let depth = 0;
  let from = 0;
  let quote = "";
  for (let at = 0; at < css.length; at += 1) {
    const c = css[at];
    if (quote) {
      if (c === quote && css[at - 1] !== "\\") quote = "";
    } else if (c === '"' || c === "'") quote = c;
    else if (c === "{") depth += 1;
    else if (c === "}") {
      depth -= 1;
      if (depth === 0) {
        found.push(css.slice(from, at + 1).trim());
        from = at + 1;
      }
    }
  }
  return found;
}

/** The components that screens import from Ant Design: styles of others would only be read at every start. */
const includes = [
  ...new Set(
    readdirSync(at("../src"), { recursive: true })
      .filter((file) => /\.tsx?$/.test(file))
      .flatMap((file) => readFileSync(at(`../src/${file}`), "utf8").match(/(?<=^import \{)[^}]*(?=\} from "antd";$)/gm) ?? [])
      .flatMap((names) => names.match(/(?<=^|,) *[A-Z]\w+/g) ?? [])
      .map((name) => name.trim()),
  ),
].sort();

/** Blocks under a generated key belong to providers nested in the extraction itself; at run time all keys are fixed. */
const ofNestedProvider = (rule) => rule.includes(".css-var-_R_");

const sheet = (mode) => {
  // `zeroRuntime` would skip the very styles that are wanted here.
  const config = { ...module.antdTheme(mode, mode === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm), zeroRuntime: false };
  const customTheme = (node) => createElement(ConfigProvider, { theme: config }, node);
  return rules(extractStyle({ customTheme, includes })).filter((rule) => !ofNestedProvider(rule));
};

const tokens = JSON.parse(readFileSync(at("../tokens.json"), "utf8"));
const block = (selector, values) =>
  `${selector}{${Object.entries(values)
    .map(([name, value]) => `--lq-${name}:${value}`)
    .join(";")}}`;
const px = (sizes) => Object.fromEntries(Object.entries(sizes).map(([name, value]) => [name, `${value}px`]));
const swapped = (mode) => ({ up: tokens[mode].down, down: tokens[mode].up });
const variables = [
  block(":root", {
    ...px(tokens.size),
    ...px(tokens.density.standard),
    line: tokens.line,
    fonts: module.FONT_STACK,
    mono: module.MONO_STACK,
  }),
  ...Object.entries(tokens.density).map(([name, sizes]) => block(`:root[data-density=${name}]`, px(sizes))),
  block(":root", { ...tokens.light, shadow: "rgb(29 37 48 / 0.16)" }),
  block(":root[data-theme=dark]", { ...tokens.dark, shadow: "rgb(0 0 0 / 0.5)" }),
  block(":root[data-market=green_up]", swapped("light")),
  block(":root[data-theme=dark][data-market=green_up]", swapped("dark")),
  ":root{color-scheme:light}:root[data-theme=dark]{color-scheme:dark}",
];

const light = sheet("light");
const known = new Set(light);
const css = [...variables, ...light, ...sheet("dark").filter((rule) => !known.has(rule))].join("\n");
mkdirSync(at("../public"), { recursive: true });
writeFileSync(at("../public/antd.css"), css);
process.stdout.write(`antd.css: ${css.length} bytes, ${gzipSync(css).length} gzipped; ${includes.join(" ")}\n`);
