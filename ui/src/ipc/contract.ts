/** The contract with the use cases. `bindings.ts` is written by the house task; screens import types from here. */
export type * from "./bindings";
