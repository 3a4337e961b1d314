import type { ReactNode } from "react";

/** Names with values; a name without a value is left out. The class decides how they stand. */
export function Facts(p: { facts: readonly (readonly [string, ReactNode])[]; className: string }) {
  return (
    <dl className={p.className}>
      {p.facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
