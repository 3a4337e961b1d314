import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Action, checkRebinding, register, useRegistry } from "../../src/kit/keys/actions";
import { ariaKeys, capsOf, collide, comboOf } from "../../src/kit/keys/combo";
import { CHORD_WINDOW, listenForKeys } from "../../src/kit/keys/dispatch";

const action = (id: string, keys: string[], more: Partial<Action> = {}): Action & { run: ReturnType<typeof vi.fn> } =>
  ({
    id,
    labelKey: "keys.lock",
    keys,
    scope: "global",
    run: vi.fn<() => void>(),
    ...more,
  }) as never;

const press = (init: KeyboardEventInit & { keyCode?: number }, target: EventTarget = document.body): KeyboardEvent => {
  const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
  if (init.keyCode) Object.defineProperty(event, "keyCode", { value: init.keyCode });
  target.dispatchEvent(event);
  return event;
};

const field = (tag: "input" | "textarea"): HTMLElement => document.body.appendChild(document.createElement(tag));

describe("combinations", () => {
  const of = (code: string, more: object = {}) =>
    comboOf({ code, key: "x", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
  it.each([
    [of("KeyJ"), "j"],
    [of("KeyK", { ctrlKey: true }), "Ctrl+K"],
    [of("KeyE", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+E"],
    [of("Slash"), "/"],
    [of("Slash", { shiftKey: true }), "?"],
    [of("KeyC", { shiftKey: true }), "Shift+C"],
    [of("F1"), "F1"],
    [of("NumpadEnter"), "Enter"],
    [of("Digit1"), "1"],
    // A Chinese input method or another layout writes something else, the key's place is the same.
    [of("KeyJ", { key: "ㄨ" }), "j"],
    [of("ControlLeft", { key: "Control", ctrlKey: true }), null],
  ])("%s is %s", (is, wanted) => expect(is).toBe(wanted));

  it("collide when one begins the other", () => {
    expect(collide("g", "g c")).toBe(true);
    expect(collide("g c", "g c")).toBe(true);
    expect(collide("g c", "g v")).toBe(false);
    expect(collide("gx", "g")).toBe(false);
  });

  it("are drawn and told", () => {
    expect(capsOf("Ctrl+Shift+E")).toEqual([["Ctrl", "Shift", "E"]]);
    expect(capsOf("g c")).toEqual([["G"], ["C"]]);
    expect(ariaKeys(["Ctrl+K", "g c"])).toBe("Control+K");
  });
});

describe("dispatch", () => {
  let stop: () => void;
  beforeEach(() => {
    stop = listenForKeys(false);
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
    document.body.replaceChildren();
  });

  it("runs what a key stands for, wherever the last click was", () => {
    const down = action("a.down", ["j"]);
    register([down]);
    expect(press({ code: "KeyJ", key: "j" }).defaultPrevented).toBe(true);
    expect(down.run).toHaveBeenCalledTimes(1);
  });

  it("leaves single keys to fields, but not combinations", () => {
    const single = action("a.single", ["j"]);
    const save = action("a.save", ["Ctrl+S"]);
    const undo = action("a.undo", ["Ctrl+Z"]);
    register([single, save, undo]);
    for (const tag of ["input", "textarea"] as const) {
      const box = field(tag);
      press({ code: "KeyJ", key: "j" }, box);
      press({ code: "KeyS", key: "s", ctrlKey: true }, box);
      press({ code: "KeyZ", key: "z", ctrlKey: true }, box);
    }
    expect(single.run).not.toHaveBeenCalled();
    expect(save.run).toHaveBeenCalledTimes(2);
    expect(undo.run).not.toHaveBeenCalled();
  });

  it("u18: is silent while an input method composes, in either browser's way of saying so", () => {
    const palette = action("a.palette", ["Ctrl+K"], { always: true });
    const open = action("a.open", ["Enter"]);
    register([palette, open]);
    press({ code: "Enter", key: "Enter", isComposing: true });
    press({ code: "Enter", key: "Enter", keyCode: 229 });
    press({ code: "KeyK", key: "Process", ctrlKey: true, keyCode: 229 });
    expect(open.run).not.toHaveBeenCalled();
    expect(palette.run).not.toHaveBeenCalled();
  });

  it("knows chords, for a second", () => {
    vi.useFakeTimers();
    const go = action("go.customers", ["g c"]);
    register([go]);
    press({ code: "KeyG", key: "g" });
    expect(useRegistry.getState().pending).toBe("g");
    press({ code: "KeyC", key: "c" });
    expect(go.run).toHaveBeenCalledTimes(1);
    press({ code: "KeyG", key: "g" });
    vi.advanceTimersByTime(CHORD_WINDOW + 1);
    expect(useRegistry.getState().pending).toBeNull();
    press({ code: "KeyC", key: "c" });
    expect(go.run).toHaveBeenCalledTimes(1);
  });

  it("keeps the screen's keys still under a dialog, but locks", () => {
    const screen = action("a.edit", ["e"], { scope: "screen" });
    const inside = action("d.ok", ["Ctrl+Enter"], { scope: "dialog" });
    const lock = action("shell.lock", ["Ctrl+L"], { always: true });
    register([screen, inside, lock]);
    press({ code: "Enter", key: "Enter", ctrlKey: true });
    expect(inside.run).not.toHaveBeenCalled();
    useRegistry.setState({ dialogs: 1 });
    press({ code: "KeyE", key: "e" });
    press({ code: "Enter", key: "Enter", ctrlKey: true });
    press({ code: "KeyL", key: "l", ctrlKey: true });
    expect(screen.run).not.toHaveBeenCalled();
    expect(inside.run).toHaveBeenCalledTimes(1);
    expect(lock.run).toHaveBeenCalledTimes(1);
  });

  it("does nothing without the right, when disabled, or when single keys are off", () => {
    const forbidden = action("a.delete", ["d"], { permission: "customers_delete" });
    const off = action("a.tag", ["t"], { enabled: false });
    const allowed = action("a.edit", ["e"], { permission: "customers_edit" });
    register([forbidden, off, allowed]);
    useRegistry.setState({ permissions: new Set(["customers_edit"]) });
    press({ code: "KeyD", key: "d" });
    press({ code: "KeyT", key: "t" });
    press({ code: "KeyE", key: "e" });
    useRegistry.setState({ singleKeys: false });
    press({ code: "KeyE", key: "e" });
    expect(forbidden.run).not.toHaveBeenCalled();
    expect(off.run).not.toHaveBeenCalled();
    expect(allowed.run).toHaveBeenCalledTimes(1);
  });

  it("obeys changed keys", () => {
    const lock = action("shell.lock", ["Ctrl+L"]);
    register([lock]);
    useRegistry.setState({ overrides: { "shell.lock": "F2" } });
    press({ code: "KeyL", key: "l", ctrlKey: true });
    press({ code: "F2", key: "F2" });
    expect(lock.run).toHaveBeenCalledTimes(1);
  });

  it("leaves Enter and Space to a focused button", () => {
    const open = action("a.open", ["Enter"]);
    register([open]);
    const button = document.body.appendChild(document.createElement("button"));
    press({ code: "Enter", key: "Enter" }, button);
    expect(open.run).not.toHaveBeenCalled();
  });
});

describe("rebinding", () => {
  const lock = action("shell.lock", ["Ctrl+L"]);
  const go = action("go.customers", ["g c"]);
  const tag = action("customers.tag", ["t"], { scope: "screen" });
  const edit = action("imports.edit", ["e"], { scope: "screen" });
  const all = [lock, go, tag, edit];
  it("refuses a clash and names the other", () => {
    expect(checkRebinding(lock, "t", all, {})).toEqual({ ok: false, reason: "clash", with: tag });
    expect(checkRebinding(lock, "g", all, {})).toEqual({ ok: false, reason: "clash", with: go });
    expect(checkRebinding(lock, "F2", all, { "customers.tag": "F2" })).toMatchObject({ ok: false, with: tag });
  });
  it("refuses what input methods take", () => {
    expect(checkRebinding(lock, "Ctrl+Space", all, {})).toEqual({ ok: false, reason: "reserved" });
  });
  it("allows the same key on two screens that never meet, and its own", () => {
    expect(checkRebinding(tag, "e", all, {})).toEqual({ ok: true });
    expect(checkRebinding(lock, "Ctrl+L", all, {})).toEqual({ ok: true });
  });
});
