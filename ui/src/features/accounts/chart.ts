/** Where things stand in the drawing of a curve. Amounts are minor units, places are CSS pixels. */
import type { CurveDay } from "../../ipc/contract";

export interface Frame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Scale {
  least: number;
  greatest: number;
  ticks: number[];
}

/** Round steps of a scale, as parts of a power of ten. */
const STEPS = [1, 2, 2.5, 5, 10];

/**
 * A scale with three to six round lines. It begins at nothing unless the amounts lie close together far above it: then a curve from
 * nothing would be a straight line.
 */
export function scaleOf(amounts: readonly number[]): Scale {
  const [low, high] = [Math.min(...amounts), Math.max(...amounts)];
  const near = low > 0 && low > high * 0.6 && high > low;
  const [from, to] = near ? [low, high] : [Math.min(0, low), Math.max(0, high)];
  const rough = Math.max(to - from, 100) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find((one) => one * power >= rough) ?? 10);
  const least = Math.floor(from / step) * step;
  const lines = Math.max(1, Math.ceil((to - least) / step));
  const ticks = Array.from({ length: lines + 1 }, (_, index) => least + index * step);
  return { least, greatest: least + lines * step, ticks };
}

export const xOf = (frame: Frame, count: number, index: number): number =>
  frame.left + ((frame.width - frame.left - frame.right) * index) / Math.max(1, count - 1);

export function yOf(frame: Frame, scale: Scale, amount: number): number {
  const part = (amount - scale.least) / (scale.greatest - scale.least);
  return frame.height - frame.bottom - (frame.height - frame.top - frame.bottom) * part;
}

/** The day nearest to a place. */
export function dayAt(frame: Frame, count: number, x: number): number {
  const part = (x - frame.left) / (frame.width - frame.left - frame.right);
  return Math.max(0, Math.min(count - 1, Math.round(part * (count - 1))));
}

export interface Paths {
  line: string;
  area: string;
}

export function pathsOf(frame: Frame, scale: Scale, days: readonly CurveDay[]): Paths {
  const at = (index: number, amount: number): string =>
    `${xOf(frame, days.length, index).toFixed(1)} ${yOf(frame, scale, amount).toFixed(1)}`;
  const line = `M${days.map(({ assets }, index) => at(index, assets)).join("L")}`;
  const ground = frame.height - frame.bottom;
  const [first, last] = [xOf(frame, days.length, 0), xOf(frame, days.length, days.length - 1)];
  return { line, area: `${line}L${last.toFixed(1)} ${ground}L${first.toFixed(1)} ${ground}Z` };
}

export interface DayTick {
  index: number;
  day: string;
  /** Whether it stands for its month, or for its year. */
  means: "day" | "month" | "year";
}

/** Least room for the name of a month. */
const ROOM = 56;
/** Months between two names, so that a year is divided evenly. */
const GAPS = [1, 2, 3, 6, 12];

/** The days that have a name below: first days of months, or one day a week when there is hardly more than a month. */
export function dayTicks(frame: Frame, days: readonly CurveDay[]): DayTick[] {
  const clear = ({ index }: DayTick): boolean => {
    const x = xOf(frame, days.length, index);
    return x > frame.left + 12 && x < frame.width - frame.right - 8;
  };
  if (days.length <= 45) {
    const weekly = days.map(({ day }, index): DayTick => ({ index, day, means: "day" }));
    return weekly.filter(({ index }) => (days.length - 1 - index) % 7 === 0).filter(clear);
  }
  const firsts = days.flatMap(({ day }, index) => (day.endsWith("-01") ? [{ index, day, month: Number(day.slice(5, 7)) }] : []));
  const room = (frame.width - frame.left - frame.right) / Math.max(1, firsts.length);
  const gap = GAPS.find((one) => room * one >= ROOM) ?? 12;
  return firsts
    .filter(({ month }) => (month - 1) % gap === 0)
    .map(({ index, day, month }): DayTick => ({ index, day, means: month === 1 ? "year" : "month" }))
    .filter(clear);
}
