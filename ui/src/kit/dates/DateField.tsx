import "./dates.css";
import { Button, Input, Popover } from "antd";
import { CalendarDays } from "lucide-react";
import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { MonthPanel } from "./MonthPanel";
import { parseDay } from "./parse";

export interface DateFieldProps {
  id?: string;
  /** The day as `YYYY-MM-DD`, what was typed when it can't be read, or nothing. */
  value?: string | null;
  /** Gets the day, or what was typed when it can't be read, so that a form can refuse it. */
  onChange?: (value: string) => void;
  /** The present day, for `明天`, `+7` and days without a year. */
  today: string;
  disabled?: boolean;
  /** What may be typed, where days to come make no sense. */
  placeholder?: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
  /** The form has found fault with it. */
  status?: "error";
}

/** A day, typed: `2026-11-24`, `20261124`, `1124`, `11-24`, `今天`, `明天`, `+7`. The calendar is there for the pointer, and has keys too. */
export function DateField(p: DateFieldProps) {
  const { t } = useTranslation();
  const note = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const shown = typed ?? p.value ?? "";
  const read = shown === "" ? "" : parseDay(shown, p.today);
  const commit = (): void => {
    if (typed === null) return;
    p.onChange?.(read ?? typed);
    setTyped(null);
  };
  const choose = (day: string): void => {
    setTyped(null);
    setOpen(false);
    p.onChange?.(day);
  };
  const echo = typed !== null && read && read !== typed ? read : null;
  return (
    <div className="lq-date">
      <Input
        id={p.id}
        value={shown}
        placeholder={p.placeholder ?? t("date.hint")}
        disabled={p.disabled}
        status={p.status ?? (read === null && typed === null ? "error" : "")}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onPressEnter={(event) => !event.nativeEvent.isComposing && commit()}
        aria-label={p["aria-label"]}
        aria-describedby={[note, p["aria-describedby"]].filter(Boolean).join(" ")}
        aria-invalid={read === null}
        suffix={
          <Popover
            open={open}
            onOpenChange={setOpen}
            trigger="click"
            placement="bottomRight"
            destroyOnHidden
            // Before it is in its place the panel can't take the focus.
            afterOpenChange={(shown) => shown && panel.current?.querySelector<HTMLElement>("[aria-selected=true]")?.focus()}
            content={
              <div ref={panel}>
                <MonthPanel day={read || p.today} today={p.today} onChoose={choose} onClose={() => setOpen(false)} />
              </div>
            }
          >
            <Button
              type="text"
              size="small"
              className="lq-date-open"
              disabled={p.disabled ?? false}
              aria-label={t("date.open")}
              aria-expanded={open}
              // The box takes the focus of clicks on it; here it belongs to the calendar.
              onClick={(event) => event.stopPropagation()}
              icon={<CalendarDays size={14} aria-hidden />}
            />
          </Popover>
        }
      />
      <span id={note} className="lq-date-echo" aria-live="polite">
        {read === null ? t("date.unreadable") : echo}
      </span>
    </div>
  );
}
