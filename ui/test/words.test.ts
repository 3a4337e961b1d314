import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import en from "../locales/en.json";
import helpEn from "../locales/help/en.json";
import helpZh from "../locales/help/zh-CN.json";
import zh from "../locales/zh-CN.json";
import { screens } from "../src/app/screens";
import type { ErrorCode, Permission, Role } from "../src/ipc/contract";
import type { WordedCode } from "../src/kit/words";

interface Words {
  [key: string]: string | Words;
}

/** Every word with the placeholders it has; the forms of a plural count as one. */
function placeholders(words: Words, path = ""): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [key, value] of Object.entries(words)) {
    const at = `${path}${key}`;
    if (typeof value === "string") found.set(at.replace(/_(one|other)$/, ""), [...new Set(value.match(/{{\w+}}/g))].sort());
    else for (const [inner, names] of placeholders(value, `${at}.`)) found.set(inner, names);
  }
  return found;
}

describe("words", () => {
  it("are the same in both languages, with the same placeholders", () => {
    expect(Object.fromEntries(placeholders(en))).toEqual(Object.fromEntries(placeholders(zh)));
  });

  it("explain every code, right and role of the contract, and no other code", () => {
    // These lines do not compile when one is missing.
    const every: Record<ErrorCode, string> = zh.errors;
    const none: Exclude<WordedCode, ErrorCode> extends never ? true : false = true;
    const rights: Record<Permission, string> = zh.permissions;
    const roles: Record<Role, string> = zh.roles;
    expect([every, rights, roles].every((section) => Object.values(section).every((word) => word !== ""))).toBe(none);
  });

  it("are Chinese in the Chinese file, with Chinese punctuation", () => {
    const text = JSON.stringify([zh, helpZh]);
    expect(text.match(/[\u4e00-\u9fff][,;!?][\u4e00-\u9fff]/g)).toBeNull();
  });
});

describe("help", () => {
  it("u21: has a topic in both languages for every screen", () => {
    const missing = screens.filter(({ help }) => !(help in helpZh) || !(help in helpEn));
    expect(missing.map(({ id, help }) => `${id}: ${help}`)).toEqual([]);
  });

  it("has the same topics of the same shape in both languages, and related ones exist", () => {
    const shape = (topics: typeof helpZh | typeof helpEn) =>
      Object.entries(topics).map(([id, topic]) => [id, topic.body.map((block) => Object.keys(block)), topic.related]);
    expect(shape(helpEn)).toEqual(shape(helpZh));
    expect(Object.values(helpZh).flatMap(({ related }) => related.filter((id) => !(id in helpZh)))).toEqual([]);
  });

  it("covers what the product does", () => {
    const ids =
      "first-run login lock customers search customer holdings form tags cases import export backup sync devices audits access settings help keys".split(
        " ",
      );
    expect(Object.keys(helpZh)).toEqual(ids);
  });
});

describe("screens", () => {
  it("are found in the folders of features", () => {
    const folders = readdirSync("src/features");
    for (const screen of screens) expect(folders).toContain(screen.id.split(".")[0]);
    expect(new Set(screens.map(({ path }) => path)).size).toBe(screens.length);
  });
});
