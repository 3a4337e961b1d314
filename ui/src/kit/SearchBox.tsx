import { Input, type InputRef } from "antd";
import { Search } from "lucide-react";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { type Action, useActions, useKeysOf } from "./keys/actions";
import { Keys } from "./keys/Keys";
import type { LabelKey } from "./words";

export interface SearchBoxProps {
  /** What is typed, also in the middle of composing: the search strips what an input method adds. */
  value: string;
  onChange: (text: string) => void;
  placeholder: LabelKey;
  /** `<screen>.search`: the action under which `/` leads here. */
  action: string;
  /** Enter, Down: to the first result. */
  onEnter?: () => void;
  width?: number;
}

/** Search in a list. `/` leads to it, Esc empties it and then leaves it. */
export function SearchBox(p: SearchBoxProps) {
  const { t } = useTranslation();
  const box = useRef<InputRef>(null);
  const placeholder = t(p.placeholder) as string;
  const [key] = useKeysOf(p.action);
  useActions(
    useMemo<Action[]>(
      () => [{ id: p.action, labelKey: "keys.search", keys: ["/"], scope: "screen", run: () => box.current?.focus({ cursor: "all" }) }],
      [p.action],
    ),
  );
  return (
    <Input
      ref={box}
      className="lq-searchbox"
      style={{ width: p.width ?? 280 }}
      value={p.value}
      allowClear
      prefix={<Search size={14} aria-hidden />}
      suffix={p.value === "" && key ? <Keys combo={key} /> : undefined}
      placeholder={placeholder}
      aria-label={placeholder}
      onChange={(event) => p.onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || event.keyCode === 229) return;
        if (event.key === "Enter" || event.key === "ArrowDown") {
          event.preventDefault();
          p.onEnter?.();
        } else if (event.key === "Escape") {
          event.preventDefault();
          event.stopPropagation();
          if (p.value === "") box.current?.blur();
          else p.onChange("");
        }
      }}
    />
  );
}
