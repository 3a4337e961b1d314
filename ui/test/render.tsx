import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, type RenderResult, render, screen } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import { onTestFinished } from "vitest";
import { makeClient } from "../src/app/client";
import { Gate } from "../src/app/Gate";
import { switchWords } from "../src/app/i18n";
import { LookProvider } from "../src/app/LookProvider";
import { makeTestRouter } from "../src/app/router";
import { setBackend } from "../src/ipc/call";
import { listenForChanges } from "../src/ipc/changes";
import { type FakeBackend, makeFake } from "../src/ipc/fake";
import type { FakeOptions } from "../src/ipc/fake/store";
import { sessionQuery, settingsQuery } from "../src/ipc/queries";
import { listenForKeys } from "../src/kit/keys/dispatch";

export interface Rendered extends RenderResult {
  user: UserEvent;
  fake: FakeBackend;
  client: QueryClient;
}

/** The whole application at an address, over the stand-in. Waits for the screen's title. */
export async function renderScreen(path: string, options: { fake?: FakeOptions } = {}): Promise<Rendered> {
  const router = makeTestRouter(path);
  const rendered = await renderOver(<Gate router={router} />, options.fake);
  await screen.findByRole("heading", { level: 1 }, { timeout: 5000 });
  return rendered;
}

/** A part of a screen with all that the application provides, over the stand-in. */
export async function renderOver(part: ReactNode, options: FakeOptions = {}): Promise<Rendered> {
  const fake = makeFake({ customers: 50, ...options });
  setBackend(fake);
  const client = makeClient();
  await client.fetchQuery(settingsQuery);
  await switchWords(fake.store.settings.language === "en" ? "en" : "zh-CN");
  const stop = await listenForChanges(fake, client, () => void client.invalidateQueries({ queryKey: sessionQuery.queryKey }));
  const quiet = listenForKeys(false);
  const user = userEvent.setup();
  const rendered = await act(async () =>
    render(
      <QueryClientProvider client={client}>
        <LookProvider>{part}</LookProvider>
      </QueryClientProvider>,
    ),
  );
  onTestFinished(() => {
    stop();
    quiet();
  });
  return { ...rendered, user, fake, client };
}
