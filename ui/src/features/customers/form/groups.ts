import type { CustomerKind, FieldGroup } from "./types";

/** The form from top to bottom. */
export const GROUPS: readonly FieldGroup[] = [
  {
    titleKey: "customers.panel_identity",
    fields: ["name", "document_type", "document_number", "document_expiry", "gender", "birth_date", "uscc"],
  },
  { titleKey: "customers.panel_contact", fields: ["mobile", "phones", "email", "division", "address"] },
  { titleKey: "customers.panel_work", fields: ["occupation", "employer", "income", "assets"] },
  { titleKey: "customers.panel_bank", fields: ["risk_grade", "source", "owner", "branch", "tags"] },
  { titleKey: "customers.panel_notes", fields: ["notes"] },
];

const ORDER: readonly string[] = GROUPS.flatMap((group) => group.fields);

/** Where a field stands in the form. */
export const placeOf = (field: string): number => ORDER.indexOf(field);

export const KINDS: readonly CustomerKind[] = ["personal", "corporate"];
