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

type TextInput = HTMLInputElement | HTMLTextAreaElement;

/**
 * A short form: the focus begins in the first empty field, Enter sends it where it does not begin a line, and an input method keeps its
 * own Enter.
 */
export function EntryForm(p: EntryFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const start = p.start ?? "empty";
  useEffect(() => {
    const inputs = [...(form.current?.querySelectorAll<TextInput>("input:not(:disabled), textarea:not(:disabled)") ?? [])];
    const first = (start === "first" ? inputs[0] : inputs.find((input) => input.value === "")) ?? inputs.at(-1);
    first?.focus();
    // Whoever goes on with a long text goes on at its end.
    if (first instanceof HTMLTextAreaElement) first.setSelectionRange(first.value.length, first.value.length);
  }, [start]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the telling is the occasion
  useEffect(() => {
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    wrong?.focus();
    // With what is wrong beneath it.
    wrong?.closest(".lq-entry")?.scrollIntoView({ block: "nearest" });
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
