/** From key events to actions. One listener on the window, so that a click beside a list does not kill its keys. */
import { type Action, availableActions, isSingleKey, keysOf, useRegistry } from "./actions";
import { comboOf } from "./combo";

/** Time to press the second key of a chord, in milliseconds. */
export const CHORD_WINDOW = 1000;

const NATIVE_EDITING = new Set(["Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y"]);

const FIELD_TYPES_WITHOUT_TEXT = new Set(["checkbox", "radio", "button", "submit", "reset", "range", "file", "color"]);

export function isEditable(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !FIELD_TYPES_WITHOUT_TEXT.has(target.type);
}

/** While an input method composes, keys belong to it. Safari ends a composition with keyCode 229 and isComposing false. */
export const isComposing = (event: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean => event.isComposing || event.keyCode === 229;

let timer: ReturnType<typeof setTimeout> | undefined;

function setPending(step: string | null): void {
  clearTimeout(timer);
  useRegistry.setState({ pending: step });
  if (step) timer = setTimeout(() => useRegistry.setState({ pending: null }), CHORD_WINDOW);
}

interface Situation {
  editable: boolean;
  dialog: boolean;
  singleKeys: boolean;
}

function reachable(action: Action, combo: string, at: Situation): boolean {
  if (action.always) return true;
  if (at.dialog !== (action.scope === "dialog")) return false;
  const single = isSingleKey(combo);
  if (single && !at.singleKeys) return false;
  return !at.editable || !(single || NATIVE_EDITING.has(combo) || combo === "Escape" || combo === "Enter");
}

/** Native behaviour of a focused control wins over an action on the same key. */
const belongsToControl = (target: EventTarget | null, combo: string): boolean =>
  (combo === "Enter" || combo === "Space") &&
  target instanceof HTMLElement &&
  target.closest("button, a[href], [role=button], [role=menuitem], [role=option], [role=tab], [role=switch], summary, input") !== null;

export function dispatchKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || isComposing(event)) return;
  const combo = comboOf(event);
  if (!combo || belongsToControl(event.target, combo)) return;
  const state = useRegistry.getState();
  const at = { editable: isEditable(event.target), dialog: state.dialogs > 0, singleKeys: state.singleKeys };
  const typed = state.pending ? `${state.pending} ${combo}` : combo;
  if (state.pending) setPending(null);
  const actions = availableActions(state).filter((action) => reachable(action, typed, at));
  const hit = actions.find((action) => keysOf(action, state.overrides).includes(typed));
  if (hit) {
    event.preventDefault();
    hit.run();
  } else if (actions.some((action) => keysOf(action, state.overrides).some((keys) => keys.startsWith(`${typed} `)))) {
    event.preventDefault();
    setPending(typed);
  }
}

/** Browser keys that would leave the application or show a browser's own window: reload, find, print, back. */
const BLOCKED = new Set([
  "F5",
  "Ctrl+R",
  "Ctrl+F",
  "Ctrl+P",
  "Ctrl+G",
  "F3",
  "F7",
  "Alt+ArrowLeft",
  "Alt+ArrowRight",
  "Ctrl+S",
  "Ctrl+U",
  "Ctrl+J",
]);

/** Listens; the answer stops. `block` also takes the webview's own keys away. */
export function listenForKeys(block: boolean): () => void {
  const blocker = (event: KeyboardEvent): void => {
    const combo = comboOf(event);
    if (combo && BLOCKED.has(combo)) event.preventDefault();
  };
  window.addEventListener("keydown", dispatchKey);
  if (block) window.addEventListener("keydown", blocker);
  return () => {
    window.removeEventListener("keydown", dispatchKey);
    window.removeEventListener("keydown", blocker);
    setPending(null);
  };
}
