import { describe, expect, it } from "vitest";
import { dayAt, dayTicks, type Frame, pathsOf, scaleOf, xOf, yOf } from "../../src/features/accounts/chart";
import { monthEnds } from "../../src/features/accounts/MonthTable";
import type { CurveDay } from "../../src/ipc/contract";

const FRAME: Frame = { width: 720, height: 208, left: 56, right: 84, top: 10, bottom: 24 };

/** Days up to 2026-11-28, each with its number as the amount. */
const daysUpTo = (count: number): CurveDay[] =>
  Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.UTC(2026, 10, 28) - (count - 1 - index) * 86_400_000);
    return { day: at.toISOString().slice(0, 10), assets: index * 100 };
  });

describe("the curve's drawing", () => {
  it("x5: begins at nothing, unless the amounts lie close together far above it", () => {
    expect(scaleOf([100_00, 900_00]).least).toBe(0);
    const near = scaleOf([4_000_000_00, 4_400_000_00]);
    expect(near.least).toBeGreaterThan(0);
    expect(near.least).toBeLessThanOrEqual(4_000_000_00);
    expect(near.greatest).toBeGreaterThanOrEqual(4_400_000_00);
  });

  it("x5: has three to six round lines and room for what is below nothing", () => {
    for (const amounts of [
      [0, 1],
      [7, 7],
      [-3_000_00, 5_000_00],
      [123_456_789, 987_654_321],
      [999_999_00, 1_000_001_00],
    ]) {
      const { least, greatest, ticks } = scaleOf(amounts);
      expect([amounts, least <= Math.min(...amounts), greatest >= Math.max(...amounts)]).toEqual([amounts, true, true]);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(7);
    }
  });

  it("x5: puts every one of 731 days on the line, and finds the day under the pointer", () => {
    const days = daysUpTo(731);
    const scale = scaleOf(days.map((day) => day.assets));
    const { line } = pathsOf(FRAME, scale, days);
    expect(line.split("L")).toHaveLength(731);
    for (const index of [0, 1, 365, 730]) expect(dayAt(FRAME, 731, xOf(FRAME, 731, index))).toBe(index);
    expect([dayAt(FRAME, 731, -50), dayAt(FRAME, 731, 9999)]).toEqual([0, 730]);
    expect(yOf(FRAME, scale, scale.least)).toBe(FRAME.height - FRAME.bottom);
    expect(yOf(FRAME, scale, scale.greatest)).toBe(FRAME.top);
  });

  it("x5: names first days of months, years in January, and days in a short period", () => {
    const long = dayTicks(FRAME, daysUpTo(366));
    expect(long.every(({ day }) => day.endsWith("-01"))).toBe(true);
    expect(long.find(({ means }) => means === "year")?.day).toBe("2026-01-01");
    const apart = long.slice(1).map((tick, index) => xOf(FRAME, 366, tick.index) - xOf(FRAME, 366, long[index]?.index ?? 0));
    expect(Math.min(...apart)).toBeGreaterThan(50);
    expect(dayTicks(FRAME, daysUpTo(31)).map(({ day }) => day)).toEqual(["2026-10-31", "2026-11-07", "2026-11-14", "2026-11-21"]);
  });

  it("x5: tells the ends of months and today, newest first", () => {
    expect(monthEnds(daysUpTo(60)).map(({ day }) => day)).toEqual(["2026-11-28", "2026-10-31", "2026-09-30"]);
  });
});
