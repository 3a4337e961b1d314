import { describe, expect, it, vi } from "vitest";
import { makeClient } from "../../src/app/client";
import { warmFirstScreen } from "../../src/app/warm";
import { setBackend } from "../../src/ipc/call";
import type { SessionView } from "../../src/ipc/contract";
import { makeFake } from "../../src/ipc/fake";
import type { FakeOptions } from "../../src/ipc/fake/store";
import { sessionQuery } from "../../src/ipc/queries";

/** Which commands are called once the store has opened, before any screen is there. */
async function calledAfterOpening(options: FakeOptions, more: Partial<SessionView> = {}): Promise<string[]> {
  const fake = makeFake({ customers: 50, phase: "unlocked", ...options });
  setBackend(fake);
  const session = (await fake.call("session_state", undefined)) as SessionView;
  const called = vi.spyOn(fake, "call");
  const client = makeClient();
  const stop = warmFirstScreen(client);
  client.setQueryData(sessionQuery.queryKey, { ...session, phase: "signed_out", user: null });
  client.setQueryData(sessionQuery.queryKey, { ...session, ...more });
  await vi.dynamicImportSettled();
  // What was asked is let go after a while; news of the same session does not ask for it again.
  client.removeQueries({ queryKey: ["customers"] });
  client.setQueryData(sessionQuery.queryKey, { ...session, ...more });
  await vi.dynamicImportSettled();
  stop();
  return called.mock.calls.map(([command]) => command);
}

describe("as the store opens", () => {
  it("the list is asked for before it is drawn, once", async () => {
    const called = await calledAfterOpening({});
    expect(called.filter((command) => command === "customers_page")).toHaveLength(1);
    expect(called).toEqual(expect.arrayContaining(["customers_fields", "tags_list", "users_list", "branches_list"]));
  });

  it("nothing is asked for while a password must be changed first", async () => {
    expect(await calledAfterOpening({}, { password_expired: true })).toEqual([]);
  });
});
