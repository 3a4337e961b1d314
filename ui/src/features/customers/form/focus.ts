/** Leads to a field of the form, into view and with the focus. */
export function focusField(field: string): void {
  const row = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`);
  const input = row?.querySelector<HTMLElement>("input, textarea");
  row?.scrollIntoView({ block: "nearest" });
  input?.focus({ preventScroll: true });
}
