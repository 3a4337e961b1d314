import { useDivisionName } from "../../ipc/records";
import { useShown } from "./words";

interface ValueProps {
  field: string;
  value: string;
  /** Names that the use cases gave, by field. */
  labels?: Partial<Record<string, string>> & { division?: string };
}

/** A value of a customer as a person reads it; a division by its full name. */
export function Value(p: ValueProps) {
  const shown = useShown();
  const place = useDivisionName(p.field === "division" ? p.value : "");
  return p.field === "division" ? (p.labels?.division ?? place) : shown(p.field, p.value, p.labels);
}
