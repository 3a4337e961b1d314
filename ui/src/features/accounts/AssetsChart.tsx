import { type KeyboardEvent, memo, type PointerEvent, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CurveView } from "../../ipc/contract";
import { Change } from "../../kit/Change";
import { formatMoney, formatMoneyShort, formatMoneyTick } from "../../kit/format/money";
import { useAmount } from "../../kit/useAmount";
import { useWidth } from "../../kit/useWidth";
import { AsOf } from "./AsOf";
import { type DayTick, dayAt, dayTicks, type Frame, pathsOf, type Scale, scaleOf, xOf, yOf } from "./chart";

const HEIGHT = 208;
/** Width that is drawn to before the place has been measured. */
const FIRST_WIDTH = 720;
/** Days that a key goes. */
const KEYS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageUp: -30, PageDown: 30 };
const KEYS_ENDS: Record<string, number> = { Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY };

/** AUM day by day. One day can be looked at, with the pointer or with arrow keys; without one it is the last. */
export function AssetsChart({ curve }: { curve: CurveView }) {
  const { t } = useTranslation();
  const amount = useAmount();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box) || FIRST_WIDTH;
  const frame = useMemo<Frame>(() => ({ width, height: HEIGHT, left: 56, right: 84, top: 10, bottom: 24 }), [width]);
  const { days, average } = curve;
  const scale = useMemo(() => scaleOf([...days.map((day) => day.assets), average]), [days, average]);
  const [chosen, setChosen] = useState<number | null>(null);
  const last = days.length - 1;
  const at = Math.min(chosen ?? last, last);
  const shown = days[at] ?? { day: "", assets: 0 };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = KEYS[event.key] ?? KEYS_ENDS[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    setChosen(Math.max(0, Math.min(last, at + step)));
  };
  const onPointer = (event: PointerEvent<HTMLElement>): void => {
    // The picture may be enlarged, so its place on the screen is measured against the width it is drawn to.
    const place = event.currentTarget.getBoundingClientRect();
    setChosen(dayAt(frame, days.length, ((event.clientX - place.left) / place.width) * width));
  };
  return (
    <>
      <div className="lq-curve-head">
        <p className="lq-curve-shown">
          <span>{shown.day}</span>
          <b>{amount(shown.assets)}</b>
          <Since from={days[0]?.assets ?? 0} to={shown.assets} />
        </p>
        <AsOf at={curve.as_of} />
      </div>
      <div
        ref={box}
        role="slider"
        tabIndex={0}
        className="lq-curve"
        aria-label={t("accounts.curve_label")}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at}
        aria-valuetext={t("accounts.curve_day", { day: shown.day, amount: amount(shown.assets) })}
        onKeyDown={onKeyDown}
        onPointerMove={onPointer}
        onPointerLeave={() => setChosen(null)}
        onFocus={() => setChosen((was) => was ?? last)}
        onBlur={() => setChosen(null)}
      >
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden>
          <Still frame={frame} scale={scale} curve={curve} />
          {chosen !== null && (
            <g className="lq-curve-cursor" transform={`translate(${xOf(frame, days.length, at).toFixed(1)} 0)`}>
              <line y1={frame.top} y2={HEIGHT - frame.bottom} />
              <circle cy={yOf(frame, scale, shown.assets)} r={4} />
            </g>
          )}
        </svg>
      </div>
    </>
  );
}

/** How much more or less it is than on the first day. */
function Since({ from, to }: { from: number; to: number }) {
  const { t } = useTranslation();
  const apart = to - from;
  if (apart === 0) return <span>{t("accounts.since_same")}</span>;
  return (
    <span>
      {t("accounts.since")} <Change direction={apart > 0 ? "up" : "down"} text={formatMoney(Math.abs(apart))} />
    </span>
  );
}

/** All that stays while a day is looked at; drawn once for a curve and a width. */
const Still = memo(function Still({ frame, scale, curve }: { frame: Frame; scale: Scale; curve: CurveView }) {
  const { t, i18n } = useTranslation();
  const { days, average } = curve;
  const paths = useMemo(() => pathsOf(frame, scale, days), [frame, scale, days]);
  const end = frame.width - frame.right;
  const level = yOf(frame, scale, average);
  return (
    <>
      {scale.ticks.map((tick) => (
        <g key={tick} className="lq-curve-line" transform={`translate(0 ${yOf(frame, scale, tick).toFixed(1)})`}>
          <line x1={frame.left} x2={end} />
          <text x={frame.left - 8} dy="0.35em">
            {formatMoneyTick(tick, i18n.language)}
          </text>
        </g>
      ))}
      {dayTicks(frame, days).map((tick) => (
        <g key={tick.day} className="lq-curve-day" transform={`translate(${xOf(frame, days.length, tick.index).toFixed(1)} 0)`}>
          <line y1={frame.height - frame.bottom} y2={frame.height - frame.bottom + 4} />
          <text y={frame.height - 6}>{tickName(tick, i18n.language)}</text>
        </g>
      ))}
      <path className="lq-curve-area" d={paths.area} />
      <path className="lq-curve-path" d={paths.line} />
      <g className="lq-curve-average" transform={`translate(0 ${level.toFixed(1)})`}>
        <line x1={frame.left} x2={end} />
        <text x={end + 8} dy="-0.15em">
          {t("accounts.average")}
        </text>
        <text x={end + 8} dy="1.05em">
          {formatMoneyShort(average, i18n.language)}
        </text>
      </g>
    </>
  );
});

/** `09-24`, `9月`, `2026年`. */
function tickName({ day, means }: DayTick, language: string): string {
  if (means === "day") return day.slice(5);
  return new Intl.DateTimeFormat(language, { [means]: means === "year" ? "numeric" : "short", timeZone: "UTC" }).format(new Date(day));
}
