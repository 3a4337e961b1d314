import { useMemo, useRef } from "react";
import { type Action, useActions } from "../../kit/keys/actions";

/** In a dialog whose texts have several lines Enter begins a line: these keys save. */
export function useSaveKeys(open: boolean, save: () => void): void {
  const latest = useRef(save);
  latest.current = save;
  useActions(
    useMemo<Action[]>(
      () => [
        {
          id: "cases.save",
          labelKey: "common.save",
          keys: ["Ctrl+S", "Ctrl+Enter"],
          scope: "dialog",
          permission: "cases_edit",
          enabled: open,
          run: () => latest.current(),
        },
      ],
      [open],
    ),
  );
}
