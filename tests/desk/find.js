const [kind, name] = arguments;
const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const seen = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
const usable = (element) => !element.disabled && element.getAttribute("aria-disabled") !== "true";
const names = (element) => [element.getAttribute("aria-label"), element.textContent, element.placeholder, element.name].map(plain);
const all = (selector) => [...document.querySelectorAll(selector)].filter((element) => seen(element) && usable(element));
const best = (elements) =>
  elements.find((element) => names(element).includes(name)) ??
  elements.find((element) => names(element).some((said) => said.startsWith(name))) ??
  null;
const BUTTONS =
  "button, a[href], summary, [role=button], [role=menuitem], [role=option], [role=tab], [role=switch], [role=row], label, .ant-select-item-option";
const FIELDS = "input, textarea, select, [role=combobox], [role=searchbox]";

if (kind === "button") {
  return best(all(BUTTONS));
}
if (kind === "field") {
  const label = best(all("label").filter((element) => element.control));
  return label ? label.control : best(all(FIELDS));
}
if (kind === "option") {
  return all("[role=option]").find((element) => element.textContent.includes(name)) ?? null;
}
return document.body.innerText.includes(name) ? document.body : null;
