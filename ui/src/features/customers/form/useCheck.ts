import { useCallback, useRef, useState } from "react";
import { call } from "../../../ipc/call";
import type { CustomerCheck } from "../../../ipc/contract";
import type { Values } from "./types";

const NOTHING: CustomerCheck = { problems: [], derived: {}, age: null, area_retired: false, duplicates: [] };

/** Asks the use cases about what was typed. An answer that was overtaken by a newer question is dropped. */
export function useCheck(id: string | null): { check: CustomerCheck; ask: (values: Values) => Promise<CustomerCheck | null> } {
  const [check, setCheck] = useState<CustomerCheck>(NOTHING);
  const newest = useRef(0);
  const ask = useCallback(
    async (values: Values): Promise<CustomerCheck | null> => {
      newest.current += 1;
      const mine = newest.current;
      const nothing = Object.keys(values).length === 0;
      const answer = nothing ? NOTHING : await call("customers_check", { id, values }).catch(() => null);
      if (mine !== newest.current || !answer) return null;
      setCheck(answer);
      return answer;
    },
    [id],
  );
  return { check, ask };
}
