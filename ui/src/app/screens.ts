import { create } from "zustand";
import { type Later, later } from "../kit/later";
import type { Screen } from "../kit/screens";

const found = import.meta.glob<{ screens: readonly Screen[] }>("../features/*/screens.ts", { eager: true });

/** Every screen of every feature; a feature is known by having the file `screens.ts`. */
export const screens: readonly Screen[] = Object.values(found).flatMap((feature) => feature.screens);

const parts = new Map<Screen, Later<object>>(screens.map((screen) => [screen, later(screen.load)]));

/** What a screen shows. Asked for one of `screens`. */
export const partOf = (screen: Screen): Later<object> => parts.get(screen) ?? later(screen.load);

export type NavScreen = Screen & { nav: NonNullable<Screen["nav"]> };

/** The screens of the side bar, in order. */
export const navScreens: readonly NavScreen[] = screens
  .filter((screen): screen is NavScreen => screen.nav !== undefined)
  .sort((a, b) => a.nav.order - b.nav.order);

export const mayOpen = (screen: Screen, permissions: readonly string[]): boolean =>
  !screen.permission || permissions.includes(screen.permission);

/** The screen that is shown, for help and for the key sheet. */
export const useCurrentScreen = create<{ screen: Screen | null }>(() => ({ screen: null }));
