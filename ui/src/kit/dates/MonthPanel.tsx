import { Button } from "antd";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { addDays, addMonths, monthWeeks } from "./parse";

interface MonthPanelProps {
  day: string;
  today: string;
  onChoose: (day: string) => void;
  onClose: () => void;
}

const STEP: Record<string, (day: string) => string> = {
  ArrowLeft: (day) => addDays(day, -1),
  ArrowRight: (day) => addDays(day, 1),
  ArrowUp: (day) => addDays(day, -7),
  ArrowDown: (day) => addDays(day, 7),
  PageUp: (day) => addMonths(day, -1),
  PageDown: (day) => addMonths(day, 1),
  Home: (day) => `${day.slice(0, 8)}01`,
  End: (day) => addDays(addMonths(`${day.slice(0, 8)}01`, 1), -1),
};

/** A month to choose a day from, with arrows, PgUp and PgDn for months, Home and End. */
export function MonthPanel(p: MonthPanelProps) {
  const { t } = useTranslation();
  const [at, setAt] = useState(p.day);
  const focused = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the day
  useEffect(() => focused.current?.focus(), [at]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEP[event.key];
    if (step) {
      event.preventDefault();
      setAt(step(at));
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      p.onClose();
    }
  };
  return (
    <div className="lq-month">
      <div className="lq-month-head">
        <Button
          type="text"
          size="small"
          aria-label={t("date.previous")}
          icon={<ChevronLeft size={14} />}
          onClick={() => setAt(addMonths(at, -1))}
        />
        <strong aria-live="polite">{t("date.month", { year: at.slice(0, 4), month: Number(at.slice(5, 7)) })}</strong>
        <Button
          type="text"
          size="small"
          aria-label={t("date.next")}
          icon={<ChevronRight size={14} />}
          onClick={() => setAt(addMonths(at, 1))}
        />
        <Button size="small" onClick={() => p.onChoose(p.today)}>
          {t("date.today")}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a grid of buttons, not data in a table */}
      <div role="grid" tabIndex={-1} aria-label={t("date.choose")} onKeyDown={onKeyDown}>
        <Weekdays words={t("date.weekdays")} />
        {monthWeeks(at).map((week) => (
          // biome-ignore lint/a11y/useSemanticElements: see above
          // biome-ignore lint/a11y/useFocusableInteractive: the days take the focus, not their row
          <div role="row" key={week[0]} className="lq-month-row">
            {week.map((day) => (
              // biome-ignore lint/a11y/useSemanticElements: see above
              <button
                type="button"
                role="gridcell"
                key={day}
                ref={day === at ? focused : undefined}
                tabIndex={day === at ? 0 : -1}
                aria-selected={day === p.day}
                aria-current={day === p.today ? "date" : undefined}
                aria-label={day}
                className={day.slice(0, 7) === at.slice(0, 7) ? "" : "lq-month-other"}
                onClick={() => p.onChoose(day)}
              >
                {Number(day.slice(8))}
              </button>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

const NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

function Weekdays(p: { words: string }) {
  return (
    <div aria-hidden className="lq-month-row">
      {NAMES.map((name, index) => (
        <span key={name}>{p.words[index]}</span>
      ))}
    </div>
  );
}
