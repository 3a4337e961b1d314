import { type ReactNode, Suspense, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useRegistry } from "./keys/actions";
import { later } from "./later";

export interface DialogProps {
  open: boolean;
  title: string;
  onClose: () => void;
  /** Absent: there is nothing to confirm, only to close. */
  onOk?: () => void;
  okText?: string;
  /** The deed leaves the bank or can't be undone. */
  danger?: boolean;
  okDisabled?: boolean;
  /** The deed runs: the button shows it and the dialog stays. */
  busy?: boolean;
  width?: number;
  /** No title row, no cross, no padding: the content draws everything. `title` still names it. */
  bare?: boolean;
  /** Replaces the buttons; null for none. */
  footer?: ReactNode;
  children: ReactNode;
}

const { Part: DialogModal, read: readDialog } = later(() => import("./DialogModal"));

export { readDialog };

/**
 * A modal dialog. It stays mounted until it is closed for the eye, so that the focus goes back to where it was; should the
 * parent vanish first, it returns the focus itself. While it is open, keys of the screen beneath do not act.
 */
export function Dialog(p: DialogProps) {
  const [mounted, setMounted] = useState(p.open);
  const opener = useRef<Element | null>(null);
  if (p.open && !mounted) setMounted(true);
  useEffect(() => {
    if (!p.open) return;
    opener.current ??= document.activeElement;
    useRegistry.setState((was) => ({ dialogs: was.dialogs + 1 }));
    return () => {
      useRegistry.setState((was) => ({ dialogs: was.dialogs - 1 }));
    };
  }, [p.open]);
  useEffect(() => () => returnFocus(opener.current), []);
  const life = useLife();
  if (!mounted) return null;
  const closed = (): void => {
    setMounted(false);
    returnFocus(opener.current);
    opener.current = null;
  };
  return (
    <Suspense fallback={null}>
      <DialogModal key={life} {...p} onClosed={closed} />
    </Suspense>
  );
}

/** Another number after the screen was hidden by the lock: the modal's own references do not outlive that, so it is drawn anew. */
function useLife(): number {
  const [life, setLife] = useState(0);
  useLayoutEffect(() => () => setLife((was) => was + 1), []);
  return life;
}

function returnFocus(to: Element | null): void {
  const lost = document.activeElement === null || document.activeElement === document.body || !document.activeElement.isConnected;
  if (lost && to instanceof HTMLElement && to.isConnected) to.focus();
}
