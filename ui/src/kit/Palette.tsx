import { type ReactNode, Suspense, useState } from "react";
import { later } from "./later";

export interface PaletteItem {
  id: string;
  label: ReactNode;
  /** Plain text of the label, for screen readers and tests. */
  text: string;
  detail?: ReactNode;
  icon?: ReactNode;
  /** The key that does the same, so that users outgrow the palette. */
  keys?: string;
  run: () => void;
}

export interface PaletteGroup {
  heading: string;
  /** In the order of the caller's ranking; the palette does not sort or filter. */
  items: readonly PaletteItem[];
}

export interface PaletteProps {
  open: boolean;
  onClose: () => void;
  /** What was typed, also in the middle of composing. */
  query: string;
  onQuery: (query: string) => void;
  groups: readonly PaletteGroup[];
  busy?: boolean;
  /** The entries answer an earlier text: Enter waits for those of what stands there now. */
  stale?: boolean;
}

const { Part: PaletteBox, read: readPalette } = later(() => import("./PaletteBox"));

export { readPalette };

/** Search and commands in one box. The heavy half is loaded when it opens first. */
export function Palette(p: PaletteProps) {
  const [used, setUsed] = useState(p.open);
  if (p.open && !used) setUsed(true);
  return used ? (
    <Suspense fallback={null}>
      <PaletteBox {...p} />
    </Suspense>
  ) : null;
}
