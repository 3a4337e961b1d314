import { useState } from "react";
import { type Search, useAddress } from "../../kit/navigation";
import { type Filter, readFilter, writeFilter } from "./filter";

/** The filter, kept in the address so that it is there again when one comes back; here, too, as an address follows late. */
export function useFilter(): [Filter, (part: Partial<Filter>) => void] {
  const [address, setAddress] = useAddress<Search>();
  const [filter, setFilter] = useState(() => readFilter(address));
  const change = (part: Partial<Filter>): void => {
    const next = { ...filter, ...part };
    setFilter(next);
    setAddress(writeFilter(address, next));
  };
  return [filter, change];
}
