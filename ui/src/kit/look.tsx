import { createContext, useContext } from "react";
import tokens from "../../tokens.json";
import type { Mode } from "./theme/antdTheme";

export type Density = keyof typeof tokens.density;

/** How the user wants things to look; the application provides it from the settings. */
export interface Look {
  mode: Mode;
  density: Density;
}

export const LookContext = createContext<Look>({ mode: "light", density: "standard" });

export const useLook = (): Look => useContext(LookContext);

/** Height of a list row in CSS pixels. */
export const rowHeight = (density: Density): number => tokens.density[density].row;
