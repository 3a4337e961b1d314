import { useEffect } from "react";
import type { CustomerQuery } from "../../../ipc/contract";
import { useSession } from "../../../ipc/queries";
import { NOTHING } from "../../../kit/grid/types";
import { useAddress } from "../../../kit/navigation";
import { ALL, resetList, useList } from "./state";

/** Whose list is in memory: another user starts afresh. */
let owner: string | null = null;

/** Takes over the question that another screen asks through the address, `?query=` in the form of the contract. */
export function useListOfAddress(): void {
  const user = useSession()?.user?.id ?? null;
  const [address, setAddress] = useAddress<{ query?: unknown }>();
  useEffect(() => {
    if (user !== null && user !== owner) {
      if (owner !== null) resetList();
      owner = user;
    }
    const asked = readQuery(address.query);
    if (!asked) return;
    useList.setState({ query: asked, selection: NOTHING, view: null, active: null, at: -1 });
    setAddress({});
  }, [user, address.query, setAddress]);
}

function readQuery(given: unknown): CustomerQuery | null {
  const value = typeof given === "string" ? parse(given) : given;
  if (typeof value !== "object" || value === null) return null;
  const { text, filters, sort } = value as Partial<CustomerQuery>;
  return {
    ...ALL,
    ...(typeof text === "string" && { text }),
    ...(Array.isArray(filters) && { filters }),
    ...(sort && { sort }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
