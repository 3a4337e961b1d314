import {
  createHashHistory,
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Navigate,
  type RouterHistory,
} from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../ipc/queries";
import { readDialog } from "../kit/Dialog";
import { readPalette } from "../kit/Palette";
import type { Screen } from "../kit/screens";
import { Loading, NoPermission } from "../kit/states";
import type { LabelKey } from "../kit/words";
import { Crash, NotFound } from "./Crash";
import { panels } from "./panels";
import { Shell } from "./Shell";
import { mayOpen, navScreens, partOf, screens, useCurrentScreen } from "./screens";

function Home() {
  const held = useSession()?.user?.permissions ?? [];
  const first = navScreens.find((screen) => mayOpen(screen, held));
  return first ? <Navigate to={first.path} replace /> : null;
}

/** Frames a screen: asks for the right, loads it. Called once for each screen, when the routes are made. */
function screenComponent(screen: Screen) {
  const { Part: Body } = partOf(screen);
  // biome-ignore lint/correctness/noComponentHookFactories: one component per route, made once
  return function ScreenHost() {
    const { t } = useTranslation();
    const held = useSession()?.user?.permissions ?? [];
    useEffect(() => useCurrentScreen.setState({ screen }), []);
    if (!mayOpen(screen, held)) return <NoPermission permission={t(`permissions.${screen.permission}` as LabelKey) as string} />;
    return (
      <Suspense fallback={<Loading />}>
        <Body />
      </Suspense>
    );
  };
}

/** Routes in code, made from the screens of the features; the address lives behind `#`, as files have no server. */
export function makeRouter(history: RouterHistory = createHashHistory()) {
  const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
  const home = createRoute({ getParentRoute: () => root, path: "/", component: Home });
  const routes = screens.map((screen) =>
    createRoute({ getParentRoute: () => root, path: screen.path, component: screenComponent(screen), errorComponent: Crash }),
  );
  return createRouter({
    routeTree: root.addChildren([home, ...routes]),
    history,
    defaultErrorComponent: Crash,
    scrollRestoration: false,
    defaultPendingMs: 150,
  });
}

/** For tests: a router that starts at an address and leaves the window's alone. */
export const makeTestRouter = (path: string) => makeRouter(createMemoryHistory({ initialEntries: [path] }));

/** Until somebody who has just signed in looks at a list, and the computer has nothing else to do. */
const CALM_MS = 8_000;

/** Reads the files of screens ahead, so that none has to wait when it is opened: the first one at once, the others when it is calm. */
export function preloadScreens(): void {
  const idle = window.requestIdleCallback ?? ((then: () => void) => setTimeout(then, 50));
  // What can't be read now is read, or says so, when it is opened.
  const ahead = (read: () => Promise<void>): void => void idle(() => read().catch(() => undefined));
  const [first] = navScreens;
  if (first) ahead(partOf(first).read);
  setTimeout(() => {
    const parts = [...screens.map((screen) => partOf(screen).read), ...panels.map((panel) => panel.read)];
    for (const read of [readPalette, readDialog, ...parts]) ahead(read);
  }, CALM_MS);
}
