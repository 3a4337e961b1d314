import "./menu.css";
import { type KeyboardEvent, type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from "react";

export interface MenuItem {
  key: string;
  label: ReactNode;
  extra?: ReactNode;
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

interface Trigger {
  onClick: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  "aria-haspopup": "menu";
  "aria-expanded": boolean;
  "aria-controls": string | undefined;
}

export interface MenuButtonProps {
  items: readonly MenuItem[];
  /** Words above the items that are no item. */
  heading?: ReactNode;
  /** Which edge of the button the menu keeps to. */
  align?: "start" | "end";
  /** Draws the button; it has to take the properties it gets. */
  children: (trigger: Trigger) => ReactElement;
}

/** A button with a menu: arrows, Home, End, first letters by the screen reader's own means, Esc closes and returns the focus. */
export function MenuButton(p: MenuButtonProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const close = (back: boolean): void => {
    setOpen(false);
    if (back) box.current?.querySelector<HTMLElement>("[aria-haspopup]")?.focus();
  };
  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
    const outside = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [open]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Tab") setOpen(false);
    if (event.key === "Escape") close(true);
    else if (!walk(box.current, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const trigger: Trigger = {
    onClick: () => setOpen(!open),
    onKeyDown: (event) => {
      if (event.key !== "ArrowDown" || open) return;
      event.preventDefault();
      setOpen(true);
    },
    "aria-haspopup": "menu",
    "aria-expanded": open,
    "aria-controls": open ? id : undefined,
  };
  return (
    <div className="lq-menu-box" ref={box}>
      {p.children(trigger)}
      {open && (
        <div className={`lq-menu lq-menu-${p.align ?? "end"}`}>
          {p.heading && <div className="lq-menu-heading">{p.heading}</div>}
          <div role="menu" id={id} tabIndex={-1} onKeyDown={onKeyDown}>
            {p.items.map((item) => (
              <button
                key={item.key}
                type="button"
                role="menuitem"
                tabIndex={-1}
                disabled={item.disabled}
                className={item.danger ? "lq-menu-danger" : ""}
                onClick={() => {
                  close(true);
                  item.onClick();
                }}
              >
                {item.icon}
                <span>{item.label}</span>
                {item.extra}
              </button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

/** Moves the focus among the items; false when the key does not do that. */
function walk(box: HTMLElement | null, key: string): boolean {
  const items = [...(box?.querySelectorAll<HTMLElement>('[role="menuitem"]:not(:disabled)') ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[key];
  if (to === undefined) return false;
  items.at(to % items.length)?.focus();
  return true;
}
