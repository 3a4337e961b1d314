import { useEffect, useRef } from "react";
import { useLock } from "../ipc/queries";

const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

/** How often the clock is looked at, in milliseconds. It also finds out about sleep: time has then passed without signs. */
const LOOK = 5000;

/** Locks after some minutes without a key or pointer. The use cases lock on their own as well; this hides the screen in time. */
export function useIdleLock(minutes: number, running: boolean): void {
  const lock = useLock();
  const latest = useRef(lock);
  latest.current = lock;
  useEffect(() => {
    if (!running) return;
    let last = Date.now();
    const sign = (): void => {
      last = Date.now();
    };
    for (const name of SIGNS) window.addEventListener(name, sign, { passive: true, capture: true });
    const timer = setInterval(() => {
      if (Date.now() - last >= minutes * 60_000) latest.current();
    }, LOOK);
    return () => {
      for (const name of SIGNS) window.removeEventListener(name, sign, { capture: true });
      clearInterval(timer);
    };
  }, [minutes, running]);
}
