import type { CustomerId, Feature } from "../../ipc/contract";
import { type Search, useGo } from "../../kit/navigation";

export interface RecordRef {
  entity: Feature;
  customer: CustomerId | null;
  name: string;
}

/** The screen that shows a record, by what kind of record it is; none for kinds without a screen. */
export function placeOf(record: RecordRef): [path: string, search?: Search] | null {
  if (record.entity === "tags") return ["/tags", { name: record.name }];
  return record.entity === "customers" && record.customer ? [`/customers/${record.customer}`] : null;
}

/** The screen on which what was refused can be entered anew. */
export function correctionOf(record: RecordRef): [path: string, search?: Search] | null {
  if (record.entity === "tags") return ["/tags", { name: record.name, edit: true }];
  const place = placeOf(record);
  return place && [`${place[0]}/edit`];
}

/** The name of a record, which leads to it. */
export function RecordLink({ record, children }: { record: RecordRef; children: string }) {
  const go = useGo();
  const place = placeOf(record);
  if (!place) return <strong>{children}</strong>;
  return (
    <button type="button" className="lq-sync-name" onClick={() => go(...place)}>
      {children}
    </button>
  );
}
