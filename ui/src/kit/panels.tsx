import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { type ComponentType, createContext, Suspense, useContext, useEffect, useMemo } from "react";
import type { Later } from "./later";

export interface PanelProps {
  /** The record on whose page the panel stands. */
  id: string;
}

/**
 * A part that a feature adds to a page of another one, as it declares it in `features/<feature>/panels.ts`; the application finds it
 * there. So features do not know each other: the page knows that there are panels, and the panel a place.
 */
export interface Panel {
  /** `<feature>.<part>`. */
  id: string;
  /** The screen that shows it, by its id; `customers.actions` are the buttons in the head of a customer's page. */
  place: string;
  /** Smaller ones stand further up. */
  order: number;
  /** Loads the panel when a page shows it first. */
  load: () => Promise<{ default: ComponentType<PanelProps> }>;
  /** Asks for what it shows first, while the page itself is still being read. */
  warm?: (client: QueryClient, id: string) => Promise<unknown>;
}

export type PlacedPanel = Panel & Later<PanelProps>;

/** Every panel of every feature, in order; the application provides them. */
export const PanelsContext = createContext<readonly PlacedPanel[]>([]);

const usePanels = (place: string): readonly PlacedPanel[] => {
  const all = useContext(PanelsContext);
  return useMemo(() => all.filter((panel) => panel.place === place), [all, place]);
};

/** The panels of a place, for a record. */
export function Panels(p: PanelProps & { place: string }) {
  return usePanels(p.place).map(({ id, Part }) => (
    <Suspense key={id} fallback={null}>
      <Part id={p.id} />
    </Suspense>
  ));
}

/** Reads the panels of a place and what they show ahead, so that they are there as soon as the page is. */
export function useWarmPanels(place: string, id: string): void {
  const panels = usePanels(place);
  const client = useQueryClient();
  useEffect(() => {
    // What can't be read ahead is read, or says why not, by the panel itself.
    for (const panel of panels) void Promise.all([panel.read(), panel.warm?.(client, id)]).catch(() => undefined);
  }, [panels, client, id]);
}
