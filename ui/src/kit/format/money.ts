/** Money as text. Amounts are minor units (fen) in decimal, kept as text or bigint so that nothing is rounded. */

const toMinor = (minor: string | number | bigint): bigint => BigInt(minor);

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ",");

/** `123456789` → `1,234,567.89`. */
export function formatMoney(minor: string | number | bigint): string {
  const amount = toMinor(minor);
  const sign = amount < 0n ? "−" : "";
  const text = (amount < 0n ? -amount : amount).toString().padStart(3, "0");
  return `${sign}${grouped(text.slice(0, -2))}.${text.slice(-2)}`;
}

/** The amount as a person would type it: `1234567.89`, without `.00`. */
export function editableMoney(minor: string | number | bigint): string {
  return formatMoney(minor).replace("−", "-").replace(/,/g, "").replace(/\.00$/, "");
}

const WAN = 10_000n * 100n;
const YI = 100_000_000n * 100n;

/** The units of the short form, largest first. */
const CHINESE: readonly [bigint, string][] = [
  [YI, "亿"],
  [WAN, "万"],
];
const ENGLISH: readonly [bigint, string][] = [
  [1_000_000_000n * 100n, "B"],
  [1_000_000n * 100n, "M"],
  [1000n * 100n, "K"],
];

/** Short form with two decimals, rounded half up: `123.46万`, `1.23亿`, in English `1.23M`; below the least unit it is the full amount. */
export function formatMoneyShort(minor: string | number | bigint, language = "zh-CN"): string {
  const amount = toMinor(minor);
  const size = amount < 0n ? -amount : amount;
  const units = language.startsWith("zh") ? CHINESE : ENGLISH;
  const least = units.at(-1)?.[0] ?? 1n;
  if (size < least) return formatMoney(amount);
  // 9,999.995万 would round to 10,000.00万, which reads better as 1.00亿.
  const fits = ([unit]: readonly [bigint, string], index: number): boolean => size >= unit - (units[index + 1]?.[0] ?? 0n) / 200n;
  const [unit, word] = units.find(fits) ?? [1n, ""];
  const hundredths = (size * 100n + unit / 2n) / unit;
  return `${amount < 0n ? "−" : ""}${formatMoney(hundredths)}${word}`;
}

/** The short form for the scale of a chart, without zeros that say nothing: `120万`, `1.5亿`, `0`. */
export const formatMoneyTick = (minor: number, language: string): string =>
  formatMoneyShort(minor, language)
    .replace(/(\.\d*?)0+(?=\D*$)/, "$1")
    .replace(/\.(?=\D*$)/, "");

const UNITS: Record<string, bigint> = {
  "": 1n,
  元: 1n,
  k: 1000n,
  千: 1000n,
  w: 10_000n,
  万: 10_000n,
  百万: 1_000_000n,
  m: 1_000_000n,
  千万: 10_000_000n,
  亿: 100_000_000n,
};

/** Full-width digits and signs become plain ones; grouping, spaces and currency signs go. */
const plain = (typed: string): string =>
  typed
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[,\s¥￥'’，]/g, "")
    .replace(/元$/, "")
    .replace("−", "-");

/** Reads `1234.5`, `1,234.50`, `￥1.2万`, `3亿`, `15w` as minor units; null when it is not an amount of whole fen. */
export function parseMoney(typed: string): string | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?([a-z\u4e00-\u9fff]*)$/.exec(plain(typed));
  if (!match) return null;
  const [, sign = "", whole = "", fraction = "", unit = ""] = match;
  const factor = UNITS[unit];
  if (factor === undefined) return null;
  const scaled = BigInt(whole + fraction) * factor * 100n;
  const divisor = 10n ** BigInt(fraction.length);
  if (scaled % divisor !== 0n) return null;
  return `${sign}${scaled / divisor}`.replace(/^-0$/, "0");
}
