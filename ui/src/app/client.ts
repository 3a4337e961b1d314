import { QueryClient } from "@tanstack/react-query";
import { asApiError } from "../ipc/backend";

/** Codes that mean "try again soon"; others would only repeat. */
const PASSING = new Set(["server_busy"]);

/** Queries go to this computer, so the state of the network never pauses them, and what was read stays until the change report. */
export const makeClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        retry: (failures, error) => failures < 2 && PASSING.has(asApiError(error).code),
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
