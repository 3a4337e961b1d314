// House rules that Biome has no word for: size of files and components, arrows between features, no literal text on the screen.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const SRC = fileURLToPath(new URL("../src", import.meta.url));
const MAX_FILE = 250;
const MAX_COMPONENT = 120;

const files = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && entry.name !== "bindings.ts")
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

const problems = [];
const isTest = (file) => /\.test\.tsx?$/.test(file);

function sizes(file, lines) {
  if (!isTest(file) && lines.length > MAX_FILE) problems.push(`${file}: ${lines.length} lines, at most ${MAX_FILE}`);
  if (isTest(file) || !file.endsWith(".tsx")) return;
  let began = -1;
  let name = "";
  lines.forEach((line, index) => {
    const component = /^(?:export )?(?:default )?function ([A-Z]\w*)/.exec(line);
    if (component) [began, name] = [index, component[1]];
    if (line === "}" && began >= 0) {
      const length = index - began + 1;
      if (length > MAX_COMPONENT) problems.push(`${file}: ${name} has ${length} lines, at most ${MAX_COMPONENT}`);
      began = -1;
    }
  });
}

/** `features/a` may not import `features/b`, `ipc` nothing of ours but itself. */
function arrows(file, text) {
  const from = relative(SRC, file).split("/");
  if (isTest(file)) return;
  for (const [, target] of text.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
    const to = relative(SRC, resolve(dirname(file), target)).split("/");
    const foreign = from[0] === "features" && to[0] === "features" && from[1] !== to[1];
    const upward =
      (from[0] === "ipc" && ["kit", "features", "app"].includes(to[0])) ||
      (from[0] === "kit" && ["ipc", "features", "app"].includes(to[0]));
    if (foreign || upward) problems.push(`${relative(SRC, file)}: may not import ${target}`);
  }
}

/** Words belong into the words files: no Han characters in code but in the stand-in and in parsers, no prose between tags. */
function words(file, lines) {
  const name = relative(SRC, file);
  if (isTest(file) || name.startsWith("ipc/fake/") || /^kit\/(format|dates)\//.test(name)) return;
  let comment = false;
  lines.forEach((line, index) => {
    if (line.includes("/*")) comment = true;
    const code = comment ? "" : line.replace(/\/\/.*$/, "").replace(/\\u[\da-f]{4}/g, "");
    if (line.includes("*/")) comment = false;
    const han = /\p{Script=Han}/u.test(code);
    const prose = file.endsWith(".tsx") && /(?<!=)>\s*[A-Z][a-z]+(?: [a-z]+)*\s*</.test(code.replace(/<[A-Z]\w*<[^>]*>/g, ""));
    const attribute =
      file.endsWith(".tsx") && /\b(?:title|label|placeholder|alt|aria-label)="[A-Za-z]{3,}(?![\w.]*\.[\w.]+")[^"]*"/.test(code);
    if (han || prose || attribute) problems.push(`${name}:${index + 1}: literal text, use t(): ${line.trim().slice(0, 80)}`);
  });
}

for (const file of files(SRC)) {
  const text = readFileSync(file, "utf8");
  const lines = text.trimEnd().split("\n");
  sizes(file, lines);
  arrows(file, text);
  words(file, lines);
}
if (problems.length > 0) {
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exit(1);
}
