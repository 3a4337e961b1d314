import "./keys.css";
import { Tooltip } from "antd";
import { Fragment, type ReactElement } from "react";
import { useKeysOf } from "./actions";
import { ariaKeys, capsOf } from "./combo";

/** Draws a combination as key caps. */
export function Keys(p: { combo: string }) {
  return (
    <span className="lq-keys">
      {capsOf(p.combo).map((caps, step) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no other identity and never move
        <Fragment key={step}>
          {step > 0 && " "}
          {caps.map((cap) => (
            <kbd key={cap}>{cap}</kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}

/** A tooltip that also shows the key of an action, as it stands now. */
export function KeyTip(p: { title: string; action: string; children: ReactElement }) {
  const keys = useKeysOf(p.action);
  return (
    <Tooltip
      mouseEnterDelay={0.5}
      // A tip that begins at its control's edge can turn to the other edge; one in the middle is cut off by the window.
      placement="topLeft"
      arrow={{ pointAtCenter: true }}
      title={
        <span className="lq-keytip">
          {p.title} {keys[0] && <Keys combo={keys[0]} />}
        </span>
      }
    >
      {p.children}
    </Tooltip>
  );
}

/** For the attribute `aria-keyshortcuts` of the control that does the same. */
export const useAriaKeys = (action: string): string | undefined => ariaKeys(useKeysOf(action));
