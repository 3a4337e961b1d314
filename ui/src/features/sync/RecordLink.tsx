import type { CustomerId, Feature } from "../../ipc/contract";
import { type Search, useGo } from "../../kit/navigation";
import { useEntityName } from "./words";

export interface RecordRef {
  entity: Feature;
  customer: CustomerId | null;
  name: string;
}

/** The screen that shows a record, by what kind of record it is; none for kinds without a screen. */
export function placeOf(record: RecordRef): [path: string, search?: Search] | null {
  if (record.entity === "tags") return ["/tags", { name: record.name }];
  if (record.entity === "cases") return ["/cases", { name: record.name }];
  return record.entity === "customers" && record.customer ? [`/customers/${record.customer}`] : null;
}

/** The screen on which what was refused can be entered anew. */
export function correctionOf(record: RecordRef): [path: string, search?: Search] | null {
  const place = placeOf(record);
  if (!place) return null;
  const [path, search] = place;
  return search ? [path, { ...search, edit: true }] : [`${path}/edit`];
}

/** What a name stands for, where that is no customer. */
export function EntityNote({ entity }: { entity: Feature }) {
  const name = useEntityName();
  return entity === "customers" ? null : <span className="lq-note">{name(entity)}</span>;
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
