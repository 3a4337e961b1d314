import { act, fireEvent, render as renderBare, screen, waitFor } from "@testing-library/react";
import { ConfigProvider } from "antd";
import { type ReactElement, type ReactNode, useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Dialog } from "../../src/kit/Dialog";
import { DateField } from "../../src/kit/dates/DateField";
import { ErrorText } from "../../src/kit/ErrorText";
import { JobBar, type JobShown } from "../../src/kit/JobBar";
import { useRegistry } from "../../src/kit/keys/actions";
import { MenuButton } from "../../src/kit/MenuButton";
import { MoneyField } from "../../src/kit/MoneyField";
import { ErrorState, Loading, NoPermission } from "../../src/kit/states";
import { Toasts, toast, undoLast } from "../../src/kit/toast";

/** As in the application, where two characters of a button stand together; without motion, which has no end here. */
const Around = (p: { children: ReactNode }) => (
  <ConfigProvider button={{ autoInsertSpace: false }} theme={{ token: { motion: false } }}>
    {p.children}
  </ConfigProvider>
);
const render = (part: ReactElement) => renderBare(part, { wrapper: Around });

afterEach(() => vi.useRealTimers());

function Asking() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Ask
      </button>
      <Dialog open={open} title="Sure?" onClose={() => setOpen(false)} onOk={() => setOpen(false)}>
        <input aria-label="Reason" />
      </Dialog>
    </>
  );
}

describe("Dialog", () => {
  it("has a name, silences the keys beneath, and gives the focus back", async () => {
    render(<Asking />);
    const opener = screen.getByRole("button", { name: "Ask" });
    opener.focus();
    fireEvent.click(opener);
    expect(await screen.findByRole("dialog", { name: "Sure?" }, { timeout: 5000 })).toBeTruthy();
    expect(useRegistry.getState().dialogs).toBe(1);
    fireEvent.click(screen.getByRole("button", { name: "确定" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(useRegistry.getState().dialogs).toBe(0);
    await waitFor(() => expect(document.activeElement).toBe(opener));
  });
});

function DayField(p: { start?: string; told: (value: string) => void }) {
  const [value, setValue] = useState(p.start ?? "");
  const tell = (next: string): void => {
    setValue(next);
    p.told(next);
  };
  return <DateField value={value} onChange={tell} today="2026-11-24" aria-label="Day" />;
}

describe("DateField", () => {
  const type = (text: string): void => void fireEvent.change(screen.getByRole("textbox", { name: "Day" }), { target: { value: text } });

  it("shows how it reads what is typed, and gives it when left", () => {
    const told = vi.fn();
    render(<DayField told={told} />);
    type("明天");
    expect(screen.getByText("2026-11-25")).toBeTruthy();
    expect(told).not.toHaveBeenCalled();
    fireEvent.blur(screen.getByRole("textbox", { name: "Day" }));
    expect(told).toHaveBeenCalledWith("2026-11-25");
  });

  it("says what it can't read, and hands it on so that the form refuses it", () => {
    const told = vi.fn();
    render(<DayField told={told} />);
    type("2026-02-30");
    expect(screen.getByText(/无法识别这个日期/)).toBeTruthy();
    fireEvent.blur(screen.getByRole("textbox", { name: "Day" }));
    expect(told).toHaveBeenCalledWith("2026-02-30");
    expect(screen.getByRole("textbox", { name: "Day" }).getAttribute("aria-invalid")).toBe("true");
  });

  it("lets arrows walk the calendar", async () => {
    const told = vi.fn();
    render(<DayField start="2026-11-24" told={told} />);
    fireEvent.click(screen.getByRole("button", { name: "打开日历" }));
    const calendar = await screen.findByRole("grid", { name: "选择日期" });
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toBe("2026-11-24"));
    for (const key of ["ArrowDown", "ArrowRight", "PageDown"]) fireEvent.keyDown(calendar, { key });
    expect(document.activeElement?.getAttribute("aria-label")).toBe("2027-01-02");
    fireEvent.click(document.activeElement as HTMLElement);
    expect(told).toHaveBeenCalledWith("2027-01-02");
  });
});

function IncomeField(p: { start: string; told: (value: string) => void }) {
  const [value, setValue] = useState(p.start);
  return (
    <MoneyField
      value={value}
      aria-label="Income"
      onChange={(next) => {
        setValue(next);
        p.told(next);
      }}
    />
  );
}

describe("MoneyField", () => {
  it("groups at rest, takes units while typing", () => {
    const told = vi.fn();
    render(<IncomeField start="123456789" told={told} />);
    const box = screen.getByRole("textbox", { name: "Income" }) as HTMLInputElement;
    expect(box.value).toBe("1,234,567.89");
    fireEvent.focus(box);
    expect(box.value).toBe("1234567.89");
    fireEvent.change(box, { target: { value: "1.2万" } });
    expect(told).toHaveBeenLastCalledWith("1200000");
    expect(screen.getByText("即 12,000.00 元")).toBeTruthy();
    fireEvent.blur(box);
    expect(box.value).toBe("12,000.00");
    fireEvent.change(box, { target: { value: "" } });
    expect(told).toHaveBeenLastCalledWith("");
  });
});

describe("toast", () => {
  it("can be undone, by button and by the newest", async () => {
    const first = vi.fn();
    const second = vi.fn();
    render(<Toasts />);
    act(() => {
      toast({ text: "one", onUndo: first });
      toast({ text: "two", onUndo: second });
    });
    act(() => expect(undoLast()).toBe(true));
    expect(second).toHaveBeenCalled();
    fireEvent.click(screen.getByRole("button", { name: /撤销/ }));
    expect(first).toHaveBeenCalled();
    expect(undoLast()).toBe(false);
  });

  it("shows the newest and the newest that can be taken back; the others keep their Ctrl+Z", () => {
    const back = vi.fn();
    render(<Toasts />);
    act(() => {
      for (const text of ["one", "two"]) toast({ text, onUndo: back });
      toast({ text: "three" });
    });
    const shown = (): string[] =>
      [...document.querySelectorAll<HTMLElement>(".lq-toast")]
        .filter((one) => !one.hidden)
        .map((one) => one.textContent?.slice(0, 3) ?? "");
    expect(shown()).toEqual(["two", "thr"]);
    act(() => expect(undoLast()).toBe(true));
    expect(shown()).toEqual(["one", "thr"]);
    act(() => expect(undoLast()).toBe(true));
    expect(back).toHaveBeenCalledTimes(2);
  });

  it("interrupts a screen reader only for what went wrong, from regions that are there before", () => {
    render(<Toasts />);
    const [polite, assertive] = ["polite", "assertive"].map((live) => document.querySelector(`[aria-live=${live}]`) as HTMLElement);
    act(() => {
      toast({ text: "saved" });
      toast({ text: "refused", tone: "danger" });
    });
    expect(polite?.textContent).toContain("saved");
    expect(polite?.textContent).not.toContain("refused");
    expect(assertive?.textContent).toContain("refused");
  });

  it("lasts 8 seconds, and longer under pointer or focus", () => {
    vi.useFakeTimers();
    const { container } = render(<Toasts />);
    act(() => void toast({ text: "saved" }));
    const notice = container.querySelector(".lq-toast") as HTMLElement;
    act(() => void vi.advanceTimersByTime(5000));
    fireEvent.pointerEnter(notice);
    act(() => void vi.advanceTimersByTime(60_000));
    expect(screen.getByText("saved")).toBeTruthy();
    fireEvent.pointerLeave(notice);
    act(() => void vi.advanceTimersByTime(2900));
    expect(screen.getByText("saved")).toBeTruthy();
    act(() => void vi.advanceTimersByTime(200));
    expect(screen.queryByText("saved")).toBeNull();
  });
});

describe("states", () => {
  it("shows loading only after 150 ms", () => {
    vi.useFakeTimers();
    render(<Loading />);
    expect(screen.queryByText("正在加载…")).toBeNull();
    act(() => void vi.advanceTimersByTime(160));
    expect(screen.getByText("正在加载…")).toBeTruthy();
  });

  it("says what went wrong, with a code to quote and a way on", () => {
    const retry = vi.fn();
    render(<ErrorState error={{ code: "password_short", params: { min: "10" }, trace_id: "t-1" }} onRetry={retry} />);
    expect(screen.getByText(/密码至少 10 位/)).toBeTruthy();
    expect(screen.getByText("编号 password_short · t-1")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "重试" }));
    expect(retry).toHaveBeenCalled();
  });

  it("names the missing right", () => {
    render(<NoPermission permission="导出客户" />);
    expect(screen.getByText(/导出客户/)).toBeTruthy();
  });

  it("words an error in place, without the code", () => {
    render(<ErrorText error={{ code: "mobile_length" }} />);
    expect(screen.getByRole("alert").textContent).toBe("手机号应为 11 位。");
  });
});

describe("JobBar", () => {
  const job: JobShown = {
    id: "1",
    title: "导入客户",
    step: "正在写入",
    state: "running",
    done: 50_000,
    total: 100_000,
    elapsed: 10_000,
    remaining: 10_000,
    error: null,
  };
  it("tells n of total, rate and time left, and cancels", () => {
    const cancel = vi.fn();
    render(<JobBar job={job} onCancel={cancel} />);
    expect(screen.getByText(/50,000 \/ 100,000/).textContent).toMatch(/每秒 5,000 行.*约剩/);
    expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("50");
    fireEvent.click(screen.getByRole("button", { name: /取消任务/ }));
    expect(cancel).toHaveBeenCalled();
  });
  it("says that a cancelled job left nothing", () => {
    render(<JobBar job={{ ...job, state: "cancelled" }} onCancel={vi.fn()} />);
    expect(screen.getByText(/没有改动任何资料/)).toBeTruthy();
    expect(screen.queryByRole("progressbar")).toBeNull();
  });
});

describe("MenuButton", () => {
  it("opens, walks, chooses and gives the focus back", () => {
    const chosen = vi.fn();
    render(
      <MenuButton items={["One", "Two"].map((label) => ({ key: label, label, onClick: () => chosen(label) }))}>
        {(trigger) => (
          <button type="button" {...trigger}>
            More
          </button>
        )}
      </MenuButton>,
    );
    const button = screen.getByRole("button", { name: "More" });
    fireEvent.keyDown(button, { key: "ArrowDown" });
    expect(document.activeElement?.textContent).toBe("One");
    fireEvent.keyDown(document.activeElement as HTMLElement, { key: "ArrowUp" });
    expect(document.activeElement?.textContent).toBe("Two");
    fireEvent.click(document.activeElement as HTMLElement);
    expect(chosen).toHaveBeenCalledWith("Two");
    expect(document.activeElement).toBe(button);
    fireEvent.click(button);
    fireEvent.keyDown(document.activeElement as HTMLElement, { key: "Escape" });
    expect(screen.queryByRole("menu")).toBeNull();
  });
});
