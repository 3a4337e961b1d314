const [aimed] = arguments;
const place = () => {
  const { x, y, width, height } = aimed.getBoundingClientRect();
  return [x, y, width, height].map(Math.round).join(" ");
};
aimed.landed = false;
aimed.went = "nothing";
aimed.is = place;
aimed.was = `it was at ${place()}`;
aimed.addEventListener("click", () => { aimed.landed = true; }, { capture: true, once: true });
const told = (event) => {
  const { tagName, className, textContent } = event.target;
  aimed.went += `, ${event.type} ${tagName}.${className} “${(textContent ?? "").slice(0, 20)}” at ${event.clientX} ${event.clientY}`;
};
for (const type of ["mousedown", "mouseup", "click"]) {
  document.addEventListener(type, told, { capture: true, once: true });
}
