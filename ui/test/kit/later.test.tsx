import { act, render, screen } from "@testing-library/react";
import { type ComponentType, Suspense, useState } from "react";
import { describe, expect, it } from "vitest";
import { later } from "../../src/kit/later";

function Part() {
  const [count, setCount] = useState(0);
  return (
    <button type="button" onClick={() => setCount(count + 1)}>
      {count}
    </button>
  );
}

const inPlace = (Shown: ComponentType) => (
  <Suspense fallback="reading">
    <Shown />
  </Suspense>
);

describe("a part in a file of its own", () => {
  it("is drawn at once when its file was read ahead", async () => {
    const ahead = later(async () => ({ default: Part }));
    await ahead.read();
    render(inPlace(ahead.Part));
    expect(screen.getByRole("button").textContent).toBe("0");
  });

  it("waits for its file otherwise, and keeps what was begun in it", async () => {
    let arrive = (): void => undefined;
    const file = new Promise<{ default: typeof Part }>((done) => {
      arrive = () => done({ default: Part });
    });
    const late = later(() => file);
    const { rerender } = render(inPlace(late.Part));
    expect(screen.getByText("reading")).toBeTruthy();
    await act(async () => arrive());
    const button = await screen.findByRole("button");
    act(() => button.click());
    rerender(inPlace(late.Part));
    expect(screen.getByRole("button").textContent).toBe("1");
  });
});
