import "./app/base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { CrashNet } from "./app/Crash";
import { makeClient } from "./app/client";
import { Gate } from "./app/Gate";
import { isLanguage, startWords } from "./app/i18n";
import { LookProvider } from "./app/LookProvider";
import { makeRouter, preloadScreens } from "./app/router";
import { warmFirstScreen } from "./app/warm";
import type { Backend } from "./ipc/backend";
import { setBackend } from "./ipc/call";
import { listenForChanges } from "./ipc/changes";
import { DEFAULT_SETTINGS, sessionQuery, settingsQuery } from "./ipc/queries";
import { inTauri, tauri } from "./ipc/tauri";
import { listenForKeys } from "./kit/keys/dispatch";

/** In a plain browser the stand-in answers; its code is not read in the application. */
async function chooseBackend(): Promise<Backend> {
  if (inTauri()) return tauri;
  const { makeFake, optionsOf } = await import("./ipc/fake");
  return makeFake(optionsOf(takeSearch()));
}

/** Options of the stand-in lie before `#`. The router would add them to the search behind it, so they leave the address; a reload finds them. */
function takeSearch(): string {
  const { search, pathname, hash } = window.location;
  if (search === "") return sessionStorage.getItem("lq.stand-in") ?? "";
  sessionStorage.setItem("lq.stand-in", search);
  window.history.replaceState(window.history.state, "", `${pathname}${hash}`);
  return search;
}

async function start(): Promise<void> {
  const backend = await chooseBackend();
  setBackend(backend);
  const client = makeClient();
  warmFirstScreen(client);
  // All of this is waited for before anything can be drawn, so none of it waits for another.
  const [settings] = await Promise.all([
    client.fetchQuery(settingsQuery).catch(() => DEFAULT_SETTINGS),
    client.prefetchQuery(sessionQuery),
    listenForChanges(backend, client, () => void client.invalidateQueries({ queryKey: sessionQuery.queryKey })),
  ]);
  await startWords(isLanguage(settings.language) ? settings.language : "zh-CN");
  listenForKeys(backend.real);
  const root = document.getElementById("root");
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <LookProvider>
          <CrashNet>
            <Gate router={makeRouter()} />
          </CrashNet>
        </LookProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
  preloadScreens();
}

void start();
