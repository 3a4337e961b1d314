import { call } from "../../../ipc/call";
import type { CustomerRow, Field } from "../../../ipc/contract";
import type { ColumnState } from "../../../kit/grid/types";
import type { WindowOptions } from "../../../kit/grid/useWindow";
import { FACTS } from "../words";
import type { ListState } from "./state";

const isFact = (id: string): boolean => (FACTS as readonly string[]).includes(id);

/** Fields that the shown columns need; the name always, it names the row. */
export const fieldsOf = (columns: readonly ColumnState[]): Field[] => [
  ...new Set<Field>(["name", "kind", ...columns.filter((one) => !one.hidden && !isFact(one.id)).map((one) => one.id as Field)]),
];

/** The question that the list puts. */
export function questionOf({ query, columns }: Pick<ListState, "query" | "columns">): WindowOptions<CustomerRow> {
  const fields = fieldsOf(columns);
  return {
    queryKey: ["customers", "list", query, fields],
    fetchPage: (offset, limit) => call("customers_page", { query, columns: fields, offset, limit }),
  };
}
