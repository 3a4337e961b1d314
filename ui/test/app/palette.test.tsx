import { act, configure, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { CustomerHit } from "../../src/ipc/contract";
import { type Rendered, renderScreen } from "../render";

vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });

/** Every search is held until `answer` gives it the first customers whose names begin with its text. */
async function open(): Promise<Rendered & { answer: (text: string) => Promise<void> }> {
  const rendered = await renderScreen("/help");
  const { fake, user } = rendered;
  const held = new Map<string, (hits: CustomerHit[]) => void>();
  fake.override("customers_find", ({ text }) => new Promise<CustomerHit[]>((done) => held.set(text, done)) as never);
  const [first, second] = fake.store.customers;
  const hit = (one: typeof first, name: string): CustomerHit => ({ id: one?.id ?? "", name, kind: "personal" }) as CustomerHit;
  const hits = [hit(first, "客户甲01"), hit(second, "客户甲07")];
  const answer = async (text: string) => {
    await waitFor(() => expect(held.has(text)).toBe(true));
    await act(async () => held.get(text)?.(hits.filter((one) => one.name.startsWith(text))));
  };
  await user.keyboard("{Control>}k{/Control}");
  await screen.findByRole("combobox");
  return { ...rendered, answer };
}

const shown = () => screen.findAllByRole("option").then((all) => all.map((one) => one.textContent));

describe("the palette", () => {
  it("x16: Enter pressed before the answer opens who was typed, not who was shown until then", async () => {
    const { user, answer, fake } = await open();
    const read = vi.spyOn(fake, "call");
    await user.keyboard("客户甲0");
    await answer("客户甲0");
    await waitFor(async () => expect(await shown()).toEqual(["客户甲01", "客户甲07"]));
    await user.keyboard("7{Enter}");
    expect(screen.getByRole("dialog")).toBeTruthy();
    await answer("客户甲07");
    await waitFor(() => expect(read).toHaveBeenCalledWith("customers_get", { id: fake.store.customers[1]?.id }));
    expect(read).not.toHaveBeenCalledWith("customers_get", { id: fake.store.customers[0]?.id });
  });

  it("x16: Enter pressed before the answer is forgotten when something else is typed", async () => {
    const { user, answer, fake } = await open();
    const read = vi.spyOn(fake, "call");
    await user.keyboard("客户甲0");
    await answer("客户甲0");
    await user.keyboard("7{Enter}{Backspace}1");
    await answer("客户甲07");
    await answer("客户甲01");
    await waitFor(async () => expect(await shown()).toEqual(["客户甲01"]));
    expect(screen.getByRole("dialog")).toBeTruthy();
    expect(read).not.toHaveBeenCalledWith("customers_get", expect.anything());
  });
});
