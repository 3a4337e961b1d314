import type { Field } from "../../../ipc/contract";
import type { LabelKey } from "../../../kit/words";

export type Values = Partial<Record<Field, string>>;
export type CustomerKind = "personal" | "corporate";

export interface FieldGroup {
  titleKey: LabelKey;
  fields: readonly Field[];
}

/** What a form begins with. */
export interface FormStart {
  /** The customer; null for a new one. */
  id: string | null;
  /** The revision that was read. */
  revision: number;
  /** Canonical values, masked where the class says so. */
  values: Values;
}
