/**
 * The one registry of actions. Palette, key sheet, tooltips and `aria-keyshortcuts` are made from it, so that what is shown is
 * what works.
 */
import { useEffect, useMemo } from "react";
import { create } from "zustand";
import type { LabelKey } from "../words";
import { collide, isReserved, isSingleKey } from "./combo";

/** `global` works everywhere, `screen` while its screen is shown and no dialog is open, `dialog` only in a dialog. */
export type ActionScope = "global" | "screen" | "dialog";
export type ActionGroup = "screen" | "go" | "general" | "grid" | "create";

export interface Action {
  /** `<feature>.<verb>`; also the name under which a changed key is kept. */
  id: string;
  labelKey: LabelKey;
  /** Fills `{{name}}` of the label with another word. */
  nameKey?: LabelKey;
  /** Combinations, the first is the one shown. */
  keys?: readonly string[];
  scope: ActionScope;
  group?: ActionGroup;
  /** The right it takes; without it the action does not exist for the user. */
  permission?: string;
  /** False while it makes no sense now, for example nothing is selected. */
  enabled?: boolean;
  /** Pinyin and initials under which the palette also finds it: `kehu kh`. */
  aliases?: string;
  /** Not in the palette: it only makes sense as a key. */
  keyOnly?: boolean;
  /** Also while a dialog is open or the keys are typed into a field; for lock. */
  always?: boolean;
  run: () => void;
}

interface Registry {
  actions: readonly Action[];
  /** Keys changed by the user, by action; an empty text takes the key away. */
  overrides: Readonly<Record<string, string>>;
  singleKeys: boolean;
  permissions: ReadonlySet<string> | null;
  /** How many dialogs are open. */
  dialogs: number;
  /** The first step of a chord that was begun. */
  pending: string | null;
}

export const useRegistry = create<Registry>(() => ({
  actions: [],
  overrides: {},
  singleKeys: true,
  permissions: null,
  dialogs: 0,
  pending: null,
}));

/** Adds actions; the answer takes them away again. */
export function register(added: readonly Action[]): () => void {
  const ours = new Set(added);
  useRegistry.setState((was) => ({ actions: [...was.actions, ...added] }));
  return () => useRegistry.setState((was) => ({ actions: was.actions.filter((action) => !ours.has(action)) }));
}

/** Registers a screen's actions while it is mounted. Memoise the list. */
export function useActions(actions: readonly Action[]): void {
  useEffect(() => register(actions), [actions]);
}

export const keysOf = (action: Action, overrides: Registry["overrides"]): readonly string[] => {
  const changed = overrides[action.id];
  if (changed === undefined) return action.keys ?? [];
  return changed === "" ? [] : [changed];
};

export const mayRun = (action: Action, permissions: Registry["permissions"]): boolean =>
  action.enabled !== false && (!action.permission || permissions === null || permissions.has(action.permission));

/** Actions the user can have now; a screen's own come before global ones of the same id. */
export function availableActions(state: Registry): Action[] {
  const seen = new Set<string>();
  return [...state.actions].reverse().filter((action) => {
    if (seen.has(action.id) || !mayRun(action, state.permissions)) return false;
    seen.add(action.id);
    return true;
  });
}

/** The keys of an action as they stand now, for tooltips. */
export function useKeysOf(id: string): readonly string[] {
  const actions = useRegistry((state) => state.actions);
  const overrides = useRegistry((state) => state.overrides);
  return useMemo(() => {
    const action = actions.findLast((one) => one.id === id);
    return action ? keysOf(action, overrides) : [];
  }, [actions, overrides, id]);
}

export function runAction(id: string): boolean {
  const action = availableActions(useRegistry.getState()).find((one) => one.id === id);
  action?.run();
  return action !== undefined;
}

export type Rebinding = { ok: true } | { ok: false; reason: "reserved" } | { ok: false; reason: "clash"; with: Action };

/** Whether an action may take a combination: actions clash when both can be reached at the same time. */
export function checkRebinding(action: Action, combo: string, others: readonly Action[], overrides: Registry["overrides"]): Rebinding {
  if (isReserved(combo)) return { ok: false, reason: "reserved" };
  const clash = others.find(
    (other) => other.id !== action.id && meet(action, other) && keysOf(other, overrides).some((keys) => collide(keys, combo)),
  );
  return clash ? { ok: false, reason: "clash", with: clash } : { ok: true };
}

/** Two screens are never shown together, so their keys may be the same; the screen's word is the first part of the id. */
function meet(a: Action, b: Action): boolean {
  if (a.scope === "screen" && b.scope === "screen") return a.id.split(".")[0] === b.id.split(".")[0] || isGrid(a) || isGrid(b);
  return a.scope === b.scope || a.scope === "global" || b.scope === "global";
}
const isGrid = (action: Action): boolean => action.group === "grid";

export { isSingleKey };
