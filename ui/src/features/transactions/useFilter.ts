import { useState } from "react";
import { type Search, useAddress } from "../../kit/navigation";
import { type Filter, readFilter, writeFilter } from "./filter";

/**
 * The filter, kept in the address so that it is there again when one comes back. What is typed is also kept here: an address
 * follows too late for a box in which somebody composes. The account belongs to the address alone, as others choose it too.
 */
export function useFilter(): [Filter, (part: Partial<Filter>) => void] {
  const [address, setAddress] = useAddress<Search>();
  const [typed, setTyped] = useState(() => readFilter(address));
  const filter = { ...typed, account: readFilter(address).account };
  const change = (part: Partial<Filter>): void => {
    const next = { ...filter, ...part };
    setTyped(next);
    setAddress(writeFilter(address, next));
  };
  return [filter, change];
}
