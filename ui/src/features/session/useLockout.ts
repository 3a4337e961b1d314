import { useEffect, useState } from "react";

/** Milliseconds until sign-in opens again; 0 when it is open. Moves every second while it is closed. */
export function useLockout(until: number | null): number {
  const [now, setNow] = useState(Date.now);
  const closed = until !== null && until > now;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new lockout is the occasion
  useEffect(() => setNow(Date.now()), [until]);
  useEffect(() => {
    if (!closed) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [closed]);
  return until === null ? 0 : Math.max(0, until - now);
}

/** `9:59`. */
export function formatCountdown(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
