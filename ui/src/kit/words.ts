import type { ParseKeys } from "i18next";

/** A key of the words files. `tsc` refuses one that does not exist. */
export type LabelKey = ParseKeys;

/** A code that the section `errors` of the words files explains. */
export type WordedCode = Extract<LabelKey, `errors.${string}`> extends `errors.${infer Code}` ? Code : never;
