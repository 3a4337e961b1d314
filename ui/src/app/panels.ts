import { later } from "../kit/later";
import type { Panel, PlacedPanel } from "../kit/panels";

const found = import.meta.glob<{ panels: readonly Panel[] }>("../features/*/panels.ts", { eager: true });

/** Every panel of every feature, in order; a feature adds some by having the file `panels.ts`. */
export const panels: readonly PlacedPanel[] = Object.values(found)
  .flatMap((feature) => feature.panels)
  .sort((a, b) => a.order - b.order)
  .map((panel) => ({ ...panel, ...later(panel.load) }));
