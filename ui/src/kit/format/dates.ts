/** Days and instants as text. Instants are UTC milliseconds and are shown in the zone of the workstation. */
import dayjs from "dayjs";

/** `2026-11-24`. */
export const formatDay = (instant: number): string => dayjs(instant).format("YYYY-MM-DD");

/** `2026-11-24 09:31`. */
export const formatTime = (instant: number): string => dayjs(instant).format("YYYY-MM-DD HH:mm");

/** `09:31` today, `11-23 09:31` this year, otherwise with the year. */
export function formatTimeShort(instant: number, now: number): string {
  const at = dayjs(instant);
  const today = dayjs(now);
  if (at.isSame(today, "day")) return at.format("HH:mm");
  return at.format(at.isSame(today, "year") ? "MM-DD HH:mm" : "YYYY-MM-DD HH:mm");
}

/** Whole days from one day to another, both `YYYY-MM-DD`; negative when the other one was before. */
export const daysBetween = (from: string, to: string): number => dayjs(to).diff(dayjs(from), "day");

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** `3分钟前`, `2 days ago`; the day itself when more than 30 days lie between. */
export function formatRelative(instant: number, now: number, language: string): string {
  const apart = instant - now;
  if (Math.abs(apart) > 30 * 86_400_000) return formatDay(instant);
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, length] of STEPS) {
    if (Math.abs(apart) >= length) return words.format(Math.trunc(apart / length), unit);
  }
  return words.format(0, "second");
}

/** A length of time for people who wait: `45秒`, `3分20秒`; the words come from `Intl`. */
export function formatDuration(ms: number, language: string): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const part = (value: number, unit: "hour" | "minute" | "second"): string =>
    new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: language.startsWith("zh") ? "short" : "narrow" }).format(value);
  if (seconds < 60) return part(seconds, "second");
  if (seconds < 3600) return `${part(Math.floor(seconds / 60), "minute")}${seconds % 60 ? part(seconds % 60, "second") : ""}`;
  return `${part(Math.floor(seconds / 3600), "hour")}${part(Math.floor((seconds % 3600) / 60), "minute")}`;
}
