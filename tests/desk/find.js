const [kind, name] = arguments;
const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const seen = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
const usable = (element) => !element.disabled && element.getAttribute("aria-disabled") !== "true";
const names = (element) => [element.getAttribute("aria-label"), element.textContent, element.placeholder, element.name].map(plain);
const dialog = [...document.querySelectorAll("[role=dialog]")].filter(seen).at(-1);
// What lies in front comes first: a dialog asks with the words of the button that opened it.
const all = (selector) => {
  const elements = [...document.querySelectorAll(selector)].filter((element) => seen(element) && usable(element));
  return dialog ? [...elements.filter((one) => dialog.contains(one)), ...elements.filter((one) => !dialog.contains(one))] : elements;
};
const best = (elements, called = name) =>
  elements.find((element) => names(element).includes(called)) ??
  elements.find((element) => names(element).some((said) => said.startsWith(called))) ??
  null;
const BUTTONS =
  "button, a[href], summary, [role=button], [role=menuitem], [role=option], [role=tab], [role=switch], [role=row], label, .ant-select-item-option";
const FIELDS = "input, textarea, select, [role=combobox], [role=searchbox]";

if (kind === "button") {
  return best(all(BUTTONS));
}
const fieldOf = (called) => {
  const label = best(all("label").filter((element) => element.control), called);
  return label ? label.control : best(all(FIELDS), called);
};
if (kind === "field") {
  return fieldOf(name);
}
if (kind === "option") {
  return all("[role=option]").find((element) => element.textContent.includes(name)) ?? null;
}
// The choice that Enter takes in the list that is open, once the list shows what fits what was typed.
if (kind === "choice") {
  const active = all(".ant-select-dropdown:not([class*=leave]) .ant-select-item-option-active");
  return active.find((element) => plain(element.textContent) === name) ?? null;
}
// A list field once it shows its choice, and is closed unless it takes several: the name is that of the field, and the choice on
// a second line.
if (kind === "chosen") {
  const [field, choice] = name.split("\n");
  const list = fieldOf(field)?.closest(".ant-select-multiple, .ant-select:not(.ant-select-open)");
  return list && plain(list.textContent).includes(choice) ? list : null;
}
// What stands beside a name on a page of values.
if (kind === "fact") {
  return all("dt").find((element) => plain(element.textContent) === name)?.nextElementSibling ?? null;
}
// A row of a long list by its place, the header being 1, once it has been read.
if (kind === "row") {
  return all(`[role=row][aria-rowindex="${name}"]`).find((element) => element.getAttribute("aria-busy") !== "true") ?? null;
}
// The page, once nothing on it opens or closes any more.
if (kind === "stillness") {
  const moving = document.querySelector("[class*=-appear], [class*=-enter], [class*=-leave]");
  // What turns for as long as work lasts is no movement to wait for.
  const ends = (one) => one.playState === "running" && one.effect.getComputedTiming().iterations !== Infinity;
  return moving || document.getAnimations().some(ends) ? null : document.body;
}
return document.body.innerText.includes(name) ? document.body : null;
