import i18next from "i18next";
import { describe, expect, it } from "vitest";
import type { LabelKey } from "../src/kit/words";

describe("typed words", () => {
  it("refuses a word that does not exist, when it is compiled", () => {
    // @ts-expect-error: there is no such word; `npm run typecheck` fails should this line ever compile.
    const unknown: LabelKey = "common.no_such_word";
    // @ts-expect-error: the same for a text that is asked for.
    const text = i18next.t("errors.no_such_code");
    expect([unknown, text]).toHaveLength(2);
  });
});
