import type { QueryClient } from "@tanstack/react-query";
import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";
import type { LabelKey } from "./words";

/** A screen as its feature declares it, in `features/<feature>/screens.ts`; the application finds it there. */
export interface Screen {
  /** `<feature>` or `<feature>.<part>`. */
  id: string;
  /** Address, with `$name` for a part that varies: `/customers/$id`. */
  path: string;
  labelKey: LabelKey;
  /** Pinyin and initials under which the palette also finds it: `kehu kh`. */
  aliases?: string;
  /** Loads the screen when it is opened first. */
  load: () => Promise<{ default: ComponentType }>;
  /** Asks for what it shows first, so that the answers come while it is being drawn. */
  warm?: (client: QueryClient) => Promise<unknown>;
  /** The help topic that F1 opens here. */
  help: string;
  /** The right it takes. */
  permission?: string;
  /** Present when it stands in the side bar. */
  nav?: { icon: LucideIcon; order: number; group: "work" | "system"; keys?: readonly string[] };
  /** Present when the New button offers it. */
  create?: { labelKey: LabelKey; keys?: readonly string[] };
}
