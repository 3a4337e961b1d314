import { describe, expect, it } from "vitest";
import { addMonths, monthWeeks, parseDay } from "../../src/kit/dates/parse";
import { daysBetween, formatDuration, formatRelative, formatTimeShort } from "../../src/kit/format/dates";
import { editableMoney, formatMoney, formatMoneyShort, formatMoneyTick, parseMoney } from "../../src/kit/format/money";
import { formatCount } from "../../src/kit/format/number";
import { formatPhone } from "../../src/kit/format/phone";

describe("money", () => {
  it.each([
    ["99999", "999.99"],
    ["100000", "1.00K"],
    ["99999500", "1.00M"],
    ["-123456789", "−1.23M"],
    ["123456789012", "1.23B"],
  ])("%s is %s in short English", (minor, text) => expect(formatMoneyShort(minor, "en")).toBe(text));

  it.each([
    [0, "0"],
    [120_000_000, "120万"],
    [125_000_000, "125万"],
    [1_250_000, "1.25万"],
    [-50_000_00, "−5万"],
    [500_000, "5,000"],
    [15_000_000_000, "1.5亿"],
  ])("%s is %s on a scale", (minor, text) => expect(formatMoneyTick(minor, "zh-CN")).toBe(text));

  it.each([
    ["0", "0.00"],
    ["5", "0.05"],
    ["123456789", "1,234,567.89"],
    ["-100", "−1.00"],
    ["9007199254740991", "90,071,992,547,409.91"],
    ["-9007199254740991", "−90,071,992,547,409.91"],
  ])("%s is written %s", (minor, text) => expect(formatMoney(minor)).toBe(text));

  it.each([
    ["999999", "9,999.99"],
    ["1000000", "1.00万"],
    ["123456789", "123.46万"],
    ["-123456789", "−123.46万"],
    ["9999994999", "9,999.99万"],
    ["9999995000", "1.00亿"],
    ["1234567890123", "123.46亿"],
  ])("%s is short %s", (minor, text) => expect(formatMoneyShort(minor)).toBe(text));

  it.each([
    ["12,000.50", "1200050"],
    ["１２３４．５", "123450"],
    ["¥1.2万", "1200000"],
    ["3亿", "30000000000"],
    ["15w", "15000000"],
    ["1.5m", "150000000"],
    [" 88 元 ", "8800"],
    ["-5", "-500"],
    ["0", "0"],
    ["-0", "0"],
    ["1.0001万", "1000100"],
  ])("%s is read as %s", (typed, minor) => expect(parseMoney(typed)).toBe(minor));

  it.each(["", "abc", "1.234", "1.2.3", "1.00001厘", "--1", "=1+1", "1e5", "十万"])("%s is not read", (typed) =>
    expect(parseMoney(typed)).toBeNull(),
  );

  it("is edited without grouping and reads back", () => {
    for (const minor of ["0", "5", "100", "123456789", "-250"]) expect(parseMoney(editableMoney(minor))).toBe(minor);
    expect(editableMoney("1200000")).toBe("12000");
  });
});

describe("days", () => {
  const today = "2026-11-24";
  it.each([
    ["2026-11-24", "2026-11-24"],
    ["20261124", "2026-11-24"],
    ["1124", "2026-11-24"],
    ["11-24", "2026-11-24"],
    ["1-2", "2026-01-02"],
    ["2026年11月24日", "2026-11-24"],
    ["11月3日", "2026-11-03"],
    ["２０２６／２／１", "2026-02-01"],
    ["2024-02-29", "2024-02-29"],
    ["今天", "2026-11-24"],
    ["明天", "2026-11-25"],
    ["昨天", "2026-11-23"],
    ["+7", "2026-12-01"],
    ["-24", "2026-10-31"],
    ["mt", "2026-11-25"],
    ["today", "2026-11-24"],
  ])("%s is %s", (typed, day) => expect(parseDay(typed, today)).toBe(day));

  it.each(["", "2026-02-30", "2025-02-29", "1324", "abc", "1899-12-31", "7", "2026-11", "112"])("%s is no day", (typed) =>
    expect(parseDay(typed, today)).toBeNull(),
  );

  it("shows a month in weeks from Monday", () => {
    const weeks = monthWeeks("2026-11-24");
    expect(weeks[0]?.[0]).toBe("2026-10-26");
    expect(weeks.flat()).toHaveLength(42);
    expect(monthWeeks("2027-02-10")[0]?.[0]).toBe("2027-02-01");
    expect(addMonths("2026-01-31", 1)).toBe("2026-02-28");
  });

  it("tells instants as people do", () => {
    const now = new Date(2026, 10, 24, 12, 0).getTime();
    expect(formatTimeShort(now - 3_600_000, now)).toBe("11:00");
    expect(formatTimeShort(now - 86_400_000, now)).toBe("11-23 12:00");
    expect(formatTimeShort(now - 400 * 86_400_000, now)).toBe("2025-10-20 12:00");
    expect(formatRelative(now - 180_000, now, "zh-CN")).toBe("3分钟前");
    expect(formatRelative(now - 40 * 86_400_000, now, "zh-CN")).toBe("2026-10-15");
    expect(formatDuration(200_000, "zh-CN")).toMatch(/3.*20/);
  });
});

describe("others", () => {
  it("groups mobiles and leaves masked ones", () => {
    expect(formatPhone("13812345678")).toBe("138 1234 5678");
    expect(formatPhone("138****5678")).toBe("138****5678");
    expect(formatCount(1234567)).toBe("1,234,567");
  });
});

describe("days between days", () => {
  it.each([
    ["2026-11-28", "2026-11-28", 0],
    ["2026-11-28", "2027-02-26", 90],
    ["2028-03-01", "2028-02-28", -2],
  ])("from %s to %s are %s", (from, to, days) => expect(daysBetween(from, to)).toBe(days));
});
