// Answers with the instant at which the wanted element has been drawn, in milliseconds since 1970. When told what to press, it
// presses that first, and answers with that instant too. `late` says that the element was there before anybody looked.
const [wanted, pressed, done] = arguments;
const now = () => performance.timeOrigin + performance.now();
const drawn = () => document.querySelector(wanted)?.getClientRects().length > 0;
const began = now();
const late = drawn();
const answer = () => requestAnimationFrame(() => setTimeout(() => done({ began, at: now(), late })));
if (pressed) document.querySelector(pressed).click();
if (drawn()) {
  answer();
} else {
  const watcher = new MutationObserver(() => {
    if (!drawn()) return;
    watcher.disconnect();
    answer();
  });
  watcher.observe(document, { childList: true, subtree: true, attributes: true });
}
