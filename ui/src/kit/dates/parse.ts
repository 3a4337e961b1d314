/** Reads what people type into a date field. All days are text `YYYY-MM-DD`, without a zone. */
import dayjs from "dayjs";

const DAY = "YYYY-MM-DD";

const RELATIVE: Record<string, number> = {
  今天: 0,
  今日: 0,
  today: 0,
  jt: 0,
  明天: 1,
  明日: 1,
  tomorrow: 1,
  mt: 1,
  后天: 2,
  大后天: 3,
  昨天: -1,
  昨日: -1,
  yesterday: -1,
  zt: -1,
  前天: -2,
};

/** A real day of the calendar, or null: 2026-02-30 is none. */
function day(year: number, month: number, date: number): string | null {
  if (year < 1900 || year > 2199) return null;
  const text = `${year}-${String(month).padStart(2, "0")}-${String(date).padStart(2, "0")}`;
  const parsed = dayjs(text);
  return parsed.isValid() && parsed.format(DAY) === text ? text : null;
}

const SHAPES: readonly RegExp[] = [
  /^(?<y>\d{4})[-/.年](?<m>\d{1,2})[-/.月](?<d>\d{1,2})日?$/,
  /^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})$/,
  /^(?<m>\d{1,2})[-/.月](?<d>\d{1,2})日?$/,
  /^(?<m>\d{2})(?<d>\d{2})$/,
];

/**
 * `2026-11-24`, `20261124`, `2026年11月24日`, `1124`, `11-24`, `今天`, `明天`, `+7`, `-3`. A day without a year belongs to
 * the year of `today`. Null when it is no day.
 */
export function parseDay(typed: string, today: string): string | null {
  const text = typed
    .normalize("NFKC")
    .replace(/[\s'’]/g, "")
    .toLowerCase();
  const apart = RELATIVE[text] ?? (/^[+-]\d{1,4}$/.test(text) ? Number(text) : undefined);
  if (apart !== undefined) return dayjs(today).add(apart, "day").format(DAY);
  for (const shape of SHAPES) {
    const parts = shape.exec(text)?.groups;
    if (parts) return day(Number(parts.y ?? today.slice(0, 4)), Number(parts.m), Number(parts.d));
  }
  return null;
}

export const addDays = (from: string, days: number): string => dayjs(from).add(days, "day").format(DAY);
export const addMonths = (from: string, months: number): string => dayjs(from).add(months, "month").format(DAY);

/** The six weeks that show the month of `of`, from Monday. */
export function monthWeeks(of: string): string[][] {
  const first = dayjs(of).startOf("month");
  const start = first.subtract((first.day() + 6) % 7, "day");
  return Array.from({ length: 6 }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => start.add(week * 7 + weekday, "day").format(DAY)),
  );
}
