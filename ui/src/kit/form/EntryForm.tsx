import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { isComposing } from "../keys/dispatch";

export interface EntryFormProps {
  label: string;
  onSubmit: () => void;
  /** How often errors were told; each time the focus goes to the first field that has one. */
  told: number;
  /** Where the focus begins; the first empty field when absent. */
  start?: "empty" | "first";
  children: ReactNode;
}

/** A short form: the focus begins in the first empty field, Enter sends it, and an input method keeps its own Enter. */
export function EntryForm(p: EntryFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const start = p.start ?? "empty";
  useEffect(() => {
    const inputs = [...(form.current?.querySelectorAll<HTMLInputElement>("input:not(:disabled)") ?? [])];
    const first = start === "first" ? inputs[0] : inputs.find((input) => input.value === "");
    (first ?? inputs.at(-1))?.focus();
  }, [start]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the telling is the occasion
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [p.told]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    if (!isComposing(event.nativeEvent)) p.onSubmit();
  };
  return (
    <form
      ref={form}
      className="lq-entries"
      aria-label={p.label}
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        p.onSubmit();
      }}
    >
      {p.children}
    </form>
  );
}
