import { describe, expect, it } from "vitest";
import tokens from "../tokens.json";

/** Contrast by the definition of WCAG 2.2. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a: string, b: string): number => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};

const THEMES = ["light", "dark"] as const;

describe("tokens", () => {
  it("has the same names in both themes", () => {
    expect(Object.keys(tokens.dark)).toEqual(Object.keys(tokens.light));
  });

  for (const theme of THEMES) {
    const colours: Record<string, string> = tokens[theme];
    for (const [name, pair] of Object.entries(tokens.pairs)) {
      it(`${theme}: ${name} is readable`, () => {
        const poor = pair.foreground.flatMap((front) =>
          pair.background.map((back) => ({ front, back, ratio: contrast(colours[front] ?? "", colours[back] ?? "") })),
        );
        expect(poor.filter(({ ratio }) => !(ratio >= pair.minimum))).toEqual([]);
      });
    }
  }

  it("names every colour of text in some pair", () => {
    const paired = new Set(Object.values(tokens.pairs).flatMap((pair) => [...pair.foreground, ...pair.background]));
    const decoration = new Set(["divider", "mask", "outline"]);
    expect(Object.keys(tokens.light).filter((name) => !paired.has(name) && !decoration.has(name))).toEqual([]);
  });
});
