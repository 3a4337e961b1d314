import { type ComponentType, lazy, useState } from "react";

export interface Later<Props> {
  Part: ComponentType<Props>;
  /** Reads its file ahead. */
  read: () => Promise<void>;
}

/**
 * A part in a file of its own. `lazy` alone makes a part wait whose file was read long ago, and React shows again what waited
 * only some 300 ms later; here a part whose file was read is drawn at once.
 */
export function later<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>): Later<Props> {
  let read: ComponentType<Props> | undefined;
  const reading = async () => {
    const file = await load();
    read = file.default;
    return file;
  };
  const Waiting: ComponentType<Props> = lazy(reading as () => Promise<{ default: ComponentType<object> }>);
  return {
    // biome-ignore lint/correctness/noComponentHookFactories: one component per file, made once
    Part: function Part(p: Props) {
      // What was begun stays: another component in its place would lose what was typed into it.
      const [Shown] = useState<ComponentType<Props>>(() => read ?? Waiting);
      return <Shown {...p} />;
    },
    read: () => reading().then(() => undefined),
  };
}
