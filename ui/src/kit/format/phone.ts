/** `13812345678` → `138 1234 5678`. Masked numbers (`138****5678`) and other forms stay as they are. */
export function formatPhone(phone: string): string {
  const mobile = /^(\d{3})(\d{4})(\d{4})$/.exec(phone);
  return mobile ? mobile.slice(1).join(" ") : phone;
}
