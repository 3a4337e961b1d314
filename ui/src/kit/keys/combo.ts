/**
 * Key combinations as text: `Ctrl+K`, `Shift+C`, `j`, `/`, `?`, `F1`, `Escape`; two steps are a chord: `g c`. They name the place
 * of a key, not the letter it writes, so that they work while a Chinese input method or another layout is on.
 */

const MAC = typeof navigator !== "undefined" && /Mac|iP(hone|ad)/.test(navigator.platform);

const BY_CODE: Record<string, string> = {
  Slash: "/",
  Comma: ",",
  Period: ".",
  Semicolon: ";",
  Quote: "'",
  BracketLeft: "[",
  BracketRight: "]",
  Backslash: "\\",
  Minus: "-",
  Equal: "=",
  Backquote: "`",
  Space: "Space",
  NumpadEnter: "Enter",
};

const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta", "CapsLock", "Fn", "OS", "AltGraph"]);

type KeyLike = Pick<KeyboardEvent, "code" | "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

function keyName(event: KeyLike): string {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (letter) return letter.toLowerCase();
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (digit) return digit;
  const known = BY_CODE[event.code] ?? event.code;
  if (known) return known;
  // Some automation and on-screen keyboards send no code.
  return event.key === " " ? "Space" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/** The combination of a key event; null for a modifier alone. */
export function comboOf(event: KeyLike): string | null {
  if (MODIFIERS.has(event.key)) return null;
  const name = keyName(event);
  const ctrl = event.ctrlKey || (MAC && event.metaKey);
  if (((event.shiftKey && name === "/") || event.key === "?") && !ctrl && !event.altKey) return "?";
  const upper = ctrl || event.altKey || event.shiftKey;
  return [ctrl && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift", upper && name.length === 1 ? name.toUpperCase() : name]
    .filter(Boolean)
    .join("+");
}

/** Whether a combination is a key that also writes: it must not act in editable fields, and can be switched off. */
export const isSingleKey = (combo: string): boolean =>
  combo.split(" ").some((step) => !/^(Ctrl|Alt)\+/.test(step) && !/^(F\d+|Escape|Enter)$/.test(step));

/** Combinations that input methods, screen-shot tools of chat programs or the system take. */
const RESERVED = new Set([
  "Ctrl+Space",
  "Shift+Space",
  "Ctrl+.",
  "Ctrl+Shift+F",
  "Alt+A",
  "Ctrl+Alt+A",
  "Alt+F4",
  "Alt+Tab",
  "Ctrl+C",
  "Ctrl+V",
  "Ctrl+X",
  "Ctrl+A",
  "Tab",
  "Shift+Tab",
]);

export const isReserved = (combo: string): boolean => RESERVED.has(combo);

/** Whether two combinations can't live side by side: equal, or one begins the other. */
export const collide = (a: string, b: string): boolean => a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `);

const SHOWN: Record<string, string> = {
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "PgUp",
  PageDown: "PgDn",
};
const SHOWN_MAC: Record<string, string> = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧" };

/** The caps to draw: one list of caps for each step. */
export function capsOf(combo: string): string[][] {
  return combo
    .split(" ")
    .map((step) =>
      (step === "+" ? ["+"] : step.split("+")).map(
        (cap) => (MAC ? SHOWN_MAC[cap] : undefined) ?? SHOWN[cap] ?? (cap.length === 1 ? cap.toUpperCase() : cap),
      ),
    );
}

/** In the form of the attribute `aria-keyshortcuts`, which can't express chords. */
export function ariaKeys(combos: readonly string[]): string | undefined {
  const plain = combos.filter((combo) => !combo.includes(" "));
  return plain.length ? plain.map((combo) => combo.replace(/^Ctrl/, MAC ? "Meta" : "Control")).join(" ") : undefined;
}
