import type { CaseState } from "../../ipc/contract";
import type { LabelKey } from "../../kit/words";

/** In the order in which a case goes through them. */
export const STATES = ["open", "reported", "dismissed"] as const satisfies readonly CaseState[];

export const stateKey = (state: CaseState): LabelKey => `cases.states.${state}`;

/** Most characters of a narrative or a conclusion, as the use cases take them. */
export const TEXT_MAX = 4000;
