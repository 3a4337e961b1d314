import { useRouter } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "../ipc/backend";
import { call } from "../ipc/call";
import { useLock } from "../ipc/queries";
import { useErrorText } from "../kit/ErrorText";
import { type Action, useActions } from "../kit/keys/actions";
import { useGo } from "../kit/navigation";
import { toast, undoLast } from "../kit/toast";
import { navScreens, screens, useCurrentScreen } from "./screens";

interface ShellDeeds {
  openPalette: () => void;
  openSheet: () => void;
  toggleSide: () => void;
}

/** The actions that work everywhere. Modules and creations come from the screens themselves. */
export function useShellActions(deeds: ShellDeeds): void {
  const go = useGo();
  const lock = useLock();
  const router = useRouter();
  const sync = useSyncNow();
  const latest = useRef({ ...deeds, go, lock, sync });
  latest.current = { ...deeds, go, lock, sync };
  const actions = useMemo<Action[]>(() => {
    const at = latest;
    const back = (): void => {
      const deep = !useCurrentScreen.getState().screen?.nav;
      if (deep) router.history.back();
    };
    return [
      {
        id: "shell.palette",
        labelKey: "keys.palette",
        keys: ["Ctrl+K"],
        scope: "global",
        keyOnly: true,
        run: () => at.current.openPalette(),
      },
      {
        id: "shell.sheet",
        labelKey: "keys.sheet",
        keys: ["?"],
        scope: "global",
        aliases: "kuaijiejian kjj",
        run: () => at.current.openSheet(),
      },
      {
        id: "shell.help",
        labelKey: "keys.help",
        keys: ["F1"],
        scope: "global",
        aliases: "bangzhu bz",
        run: () => at.current.go(`/help/${useCurrentScreen.getState().screen?.help ?? "customers"}`),
      },
      {
        id: "shell.lock",
        labelKey: "keys.lock",
        keys: ["Ctrl+L"],
        scope: "global",
        always: true,
        aliases: "suoding sd",
        run: () => at.current.lock(),
      },
      { id: "shell.undo", labelKey: "keys.undo", keys: ["Ctrl+Z"], scope: "global", aliases: "chexiao cx", run: undoLast },
      { id: "shell.back", labelKey: "keys.back", keys: ["Escape"], scope: "global", keyOnly: true, run: back },
      {
        id: "shell.sidebar",
        labelKey: "keys.sidebar",
        keys: ["["],
        scope: "global",
        aliases: "daohang dh",
        run: () => at.current.toggleSide(),
      },
      {
        id: "shell.sync",
        labelKey: "keys.sync",
        keys: ["Ctrl+Shift+S"],
        scope: "global",
        aliases: "tongbu tb",
        run: () => void at.current.sync(),
      },
      ...navScreens.map(
        (screen): Action => ({
          id: `go.${screen.id}`,
          labelKey: "keys.go",
          nameKey: screen.labelKey,
          ...(screen.nav.keys && { keys: screen.nav.keys }),
          ...(screen.permission && { permission: screen.permission }),
          scope: "global",
          group: "go",
          keyOnly: true,
          run: () => at.current.go(screen.path),
        }),
      ),
      ...screens.flatMap((screen): Action[] =>
        screen.create
          ? [
              {
                id: `create.${screen.id}`,
                labelKey: screen.create.labelKey,
                ...(screen.create.keys && { keys: screen.create.keys }),
                ...(screen.permission && { permission: screen.permission }),
                ...(screen.aliases && { aliases: screen.aliases }),
                scope: "global",
                group: "create",
                run: () => at.current.go(screen.path),
              },
            ]
          : [],
      ),
    ];
  }, [router]);
  useActions(actions);
}

/** Syncs now, and says so when that can't be done. */
function useSyncNow(): () => Promise<void> {
  const errorText = useErrorText();
  const { t } = useTranslation();
  return async () => {
    try {
      await call("sync_run");
      toast({ text: t("shell.syncing"), tone: "info", lasts: 2000 });
    } catch (thrown) {
      toast({ text: errorText(asApiError(thrown)), tone: "info" });
    }
  };
}
