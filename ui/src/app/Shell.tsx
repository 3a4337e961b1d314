import "./shell.css";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../ipc/queries";
import { formatTime } from "../kit/format/dates";
import { KeySheet } from "../kit/keys/KeySheet";
import { useLook } from "../kit/look";
import { PanelsContext } from "../kit/panels";
import { Watermark } from "../kit/Watermark";
import { ChordHint } from "./ChordHint";
import { PaletteHost } from "./PaletteHost";
import { panels } from "./panels";
import { SideBar } from "./SideBar";
import { StatusBar } from "./StatusBar";
import { TopBar } from "./TopBar";
import { useShellActions } from "./useShellActions";

/** The frame of every screen: search and create above, modules at the side, the state of things below. */
export function Shell() {
  const { t } = useTranslation();
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  const [narrow, setNarrow] = useNarrow();
  const main = useRef<HTMLElement>(null);
  useFocusOnArrival(main);
  useShellActions({ openPalette: () => setPalette(true), openSheet: () => setSheet(true), toggleSide: () => setNarrow(!narrow) });
  return (
    <div className="lq-shell" data-narrow={narrow}>
      <button type="button" className="lq-skip" onClick={() => main.current?.focus()}>
        {t("shell.skip")}
      </button>
      <TopBar onSearch={() => setPalette(true)} />
      <SideBar narrow={narrow} onToggle={() => setNarrow(!narrow)} />
      <main ref={main} id="main" tabIndex={-1} className="lq-main">
        <PanelsContext value={panels}>
          <Outlet />
        </PanelsContext>
        <ScreenMark />
      </main>
      <StatusBar />
      <PaletteHost open={palette} onClose={() => setPalette(false)} />
      <KeySheet open={sheet} onClose={() => setSheet(false)} />
      <ChordHint />
    </div>
  );
}

/** A new screen takes the focus, so that keys and screen readers begin there. */
function useFocusOnArrival(main: { current: HTMLElement | null }): void {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is the occasion
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [path, main]);
}

const KEY = "lq.side";

/** Whether the side bar is folded; remembered on this computer. */
function useNarrow(): [boolean, (narrow: boolean) => void] {
  const [narrow, set] = useState(() => localStorage.getItem(KEY) === "narrow");
  return [
    narrow,
    (next) => {
      localStorage.setItem(KEY, next ? "narrow" : "wide");
      set(next);
    },
  ];
}

/** User, branch and minute over everything that shows customers. */
function ScreenMark() {
  const user = useSession()?.user;
  const { mode } = useLook();
  const minute = useMinute();
  if (!user) return null;
  return <Watermark text={`${user.name} ${user.login} · ${user.branch_name} · ${minute}`} ink={mode === "dark" ? "#E8ECF2" : "#1D2530"} />;
}

function useMinute(): string {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return formatTime(now);
}
