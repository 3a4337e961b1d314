import { useCallback, useEffect, useState } from "react";
import { call } from "../../../ipc/call";
import type { CustomerView, Field } from "../../../ipc/contract";
import { useFields } from "../../../ipc/records";

interface Shown {
  field: Field;
  value: string;
  until: number;
}

export interface Reveal {
  /** Fields that are masked and can be shown. */
  masked: readonly Field[];
  /** The field that the dialog asks about; null while it is closed. */
  asking: Field | null;
  /** Asks for a field, or for the one with the focus, or the first. */
  ask: (field?: Field) => void;
  close: () => void;
  choose: (field: Field) => void;
  /** Shows the field for a while. Rejects when that is refused. */
  show: (field: Field, reason: string) => Promise<void>;
  shown: Shown | null;
  /** Seconds until it is masked again. */
  left: number;
  hide: () => void;
}

/** Unmasks one field at a time, for as long as the use cases say. What was shown does not outlast the page or the open store. */
export function useReveal(customer: CustomerView): Reveal {
  const fields = useFields();
  const [asking, setAsking] = useState<Field | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const [now, setNow] = useState(0);
  const masked = customer.may_reveal
    ? fields.filter((one) => one.access.startsWith("masked") && customer.values[one.field]).map((one) => one.field)
    : [];
  useEffect(() => {
    if (!shown) return;
    const tick = (): void => {
      setNow(Date.now());
      if (Date.now() >= shown.until) setShown(null);
    };
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [shown]);
  // The effect ends when the page goes, and also when the store is locked and the page is only hidden.
  useEffect(() => () => setShown(null), []);
  const show = useCallback(
    async (field: Field, reason: string): Promise<void> => {
      const { value, seconds } = await call("customers_reveal", { id: customer.id, field, reason });
      const at = Date.now();
      setNow(at);
      setShown({ field, value, until: at + seconds * 1000 });
    },
    [customer.id],
  );
  const [first] = masked;
  return {
    masked,
    asking,
    ask: (field) => {
      const focused = document.activeElement?.closest<HTMLElement>("[data-field]")?.getAttribute("data-field") as Field | undefined;
      const wanted = field ?? (focused && masked.includes(focused) ? focused : first);
      if (wanted) setAsking(wanted);
    },
    close: () => setAsking(null),
    choose: setAsking,
    show,
    shown,
    left: shown ? Math.max(0, Math.ceil((shown.until - now) / 1000)) : 0,
    hide: () => setShown(null),
  };
}
