import { createContext } from "react";

/** Opens a guide over the screens before the store is open. Who shows these screens knows the guides. */
export const GateHelp = createContext<(topic: string) => void>(() => undefined);
