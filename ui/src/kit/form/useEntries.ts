import { useCallback, useState } from "react";
import type { WordedError } from "../ErrorText";

/** A refusal of the contract, as far as a form needs it. */
export interface Refusal extends WordedError {
  field?: string;
  fields?: readonly (WordedError & { field: string })[];
}

/** What a field takes from the form it stands in. */
export interface Bound {
  name: string;
  value: string;
  error: WordedError | undefined;
  onChange: (text: string) => void;
}

export interface Entries<F extends string> {
  values: Readonly<Record<F, string>>;
  errors: Readonly<Partial<Record<F, WordedError>>>;
  /** How often errors were told, for the focus. Typing also changes errors, but must not move it. */
  told: number;
  bind: (field: F) => Bound;
  /** Sets values without the user typing; their errors go. */
  set: (values: Partial<Record<F, string>>) => void;
  /** Marks the fields that are empty; true when there is one. */
  missing: (...fields: readonly F[]) => boolean;
  /** Shows a refusal at the fields it is about; one about no field here stands at `otherwise`. */
  refuse: (error: Refusal, otherwise: F) => void;
}

/** Values and errors of a short form of text fields. An error stays until its field is changed. */
export function useEntries<F extends string>(start: Readonly<Record<F, string>>): Entries<F> {
  const [values, setValues] = useState(start);
  const [errors, setErrors] = useState<Partial<Record<F, WordedError>>>({});
  const [told, setTold] = useState(0);
  const tell = (next: Partial<Record<F, WordedError>>): void => {
    setErrors(next);
    setTold((was) => was + 1);
  };
  const set = useCallback((next: Partial<Record<F, string>>) => {
    setValues((was) => ({ ...was, ...next }));
    setErrors((was) => Object.fromEntries(Object.entries(was).filter(([field]) => !(field in next))) as typeof was);
  }, []);
  const known = (field: string | undefined, otherwise: F): F => (field !== undefined && field in values ? (field as F) : otherwise);
  return {
    values,
    errors,
    told,
    set,
    bind: (field) => ({
      name: field,
      value: values[field],
      error: errors[field],
      onChange: (text) => set({ [field]: text } as Partial<Record<F, string>>),
    }),
    missing: (...fields) => {
      const empty = fields.filter((field) => values[field].trim() === "");
      tell(Object.fromEntries(empty.map((field) => [field, { code: "text_blank" }])) as typeof errors);
      return empty.length > 0;
    },
    refuse: (error, otherwise) => {
      const all = error.fields?.length ? error.fields : [error];
      tell(Object.fromEntries(all.map((one) => [known(one.field, otherwise), one])) as typeof errors);
    },
  };
}
