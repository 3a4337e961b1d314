import { type KeyboardEvent, type ReactElement, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";

interface DropTrigger {
  onClick: () => void;
  "aria-haspopup": "dialog";
  "aria-expanded": boolean;
}

interface DropProps {
  /** Names the panel, for screen readers. */
  label: string;
  open: boolean;
  onOpen: (open: boolean) => void;
  trigger: (trigger: DropTrigger) => ReactElement;
  children: ReactNode;
}

/** A panel under a button: takes the focus, Esc gives it back, a press beside it closes it. */
export function Drop(p: DropProps) {
  const box = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [end, setEnd] = useState(false);
  const { open } = p;
  const onOpen = useRef(p.onOpen);
  onOpen.current = p.onOpen;
  useLayoutEffect(() => {
    if (!open) return setEnd(false);
    const place = panel.current?.getBoundingClientRect();
    if (place && place.right > window.innerWidth - 8) setEnd(true);
  }, [open]);
  useEffect(() => {
    if (!open) return;
    panel.current?.querySelector<HTMLElement>("input, button, [tabindex='0']")?.focus();
    const outside = (event: PointerEvent): void => {
      const target = event.target as HTMLElement;
      // Lists that antd opens stand elsewhere in the document but belong to the panel.
      if (!box.current?.contains(target) && !target.closest(".ant-select-dropdown, .ant-popover, .ant-cascader-dropdown"))
        onOpen.current(false);
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, [open]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    p.onOpen(false);
    box.current?.querySelector<HTMLElement>("[aria-haspopup]")?.focus();
  };
  return (
    <div className="lq-drop-box" ref={box}>
      {p.trigger({ onClick: () => p.onOpen(!open), "aria-haspopup": "dialog", "aria-expanded": open })}
      {open && (
        <div
          ref={panel}
          role="dialog"
          aria-label={p.label}
          tabIndex={-1}
          className={`lq-drop ${end ? "lq-drop-end" : ""}`}
          onKeyDown={onKeyDown}
        >
          {p.children}
        </div>
      )}
    </div>
  );
}
