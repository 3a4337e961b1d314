import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { formatCountdown } from "../../src/features/session/useLockout";
import type { FakeBackend } from "../../src/ipc/fake";
import { renderScreen } from "../render";

// The whole application is loaded anew for each file: a busy computer needs its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });

const PASSWORD = "Langqiao-2026";

const password = (): HTMLInputElement => screen.getByLabelText("密码");
const press = (name: string | RegExp): void => void fireEvent.click(screen.getByRole("button", { name }));
const title = (words: string): Promise<HTMLElement> => screen.findByRole("heading", { level: 1, name: words });

/** Remembers what a command was called with. */
function spy(fake: FakeBackend) {
  const asked: [string, unknown][] = [];
  const { call } = fake;
  fake.call = (command, input) => {
    asked.push([command, input]);
    return call(command, input);
  };
  return (command: string) => asked.filter(([name]) => name === command).map(([, input]) => input);
}

afterEach(() => vi.useRealTimers());

describe("sign-in", () => {
  it("s8.1: remembers the login, begins in the password, and opens without asking a server", async () => {
    const { user, fake } = await renderScreen("/help", { fake: { phase: "signed_out", online: false } });
    const asked = spy(fake);
    expect(screen.getByLabelText<HTMLInputElement>("用户名").value).toBe("rm0001");
    expect(document.activeElement).toBe(password());
    await user.keyboard(`${PASSWORD}{Enter}`);
    await title("帮助");
    expect(asked("session_sign_in")).toEqual([{ login: "rm0001", password: PASSWORD, server: null }]);
  });

  it("s8.1: tells when the sign-in before was", async () => {
    const { user } = await renderScreen("/help", { fake: { phase: "signed_out", now: () => Date.parse("2026-11-25T02:00:00Z") } });
    await user.keyboard(`${PASSWORD}{Enter}`);
    expect((await screen.findByText(/上次登录 2026-11-24 .*如果不是您本人/)).textContent).toBeTruthy();
  });

  it("s8.1: a wrong password is told under the field, which is emptied and keeps the focus", async () => {
    const { user } = await renderScreen("/help", { fake: { phase: "signed_out" } });
    await user.keyboard("wrong{Enter}");
    expect(await screen.findByText("用户名或密码不正确。")).toBeTruthy();
    expect(password().getAttribute("aria-invalid")).toBe("true");
    expect(password().value).toBe("");
    await waitFor(() => expect(document.activeElement).toBe(password()));
  });

  it("s8.1: five wrong passwords close it, with the time that is left, and it opens by itself", async () => {
    const { user } = await renderScreen("/help", { fake: { phase: "signed_out" } });
    for (let tries = 0; tries < 5; tries += 1) {
      await user.type(password(), "wrong{Enter}");
      await waitFor(() => expect(password().value).toBe(""));
    }
    expect(await screen.findByText("密码错误次数过多，暂时不能登录。")).toBeTruthy();
    expect(screen.getByRole("timer").textContent).toMatch(/^(10:00|9:5\d)$/);
    expect(password().disabled).toBe(true);
    expect(screen.getByRole<HTMLButtonElement>("button", { name: /登录$/ }).disabled).toBe(true);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 600_000 });
    await waitFor(() => expect(screen.queryByRole("timer")).toBeNull(), { timeout: 3000 });
    expect(password().disabled).toBe(false);
    expect(document.activeElement).toBe(password());
  });

  it("asks for the server only when this computer has no data of the user", async () => {
    const { user, fake } = await renderScreen("/help", { fake: { phase: "signed_out" } });
    const asked = spy(fake);
    expect(screen.queryByLabelText("服务器地址")).toBeNull();
    await user.clear(screen.getByLabelText("用户名"));
    await user.type(screen.getByLabelText("用户名"), "rm0002");
    await user.type(password(), `${PASSWORD}{Enter}`);
    expect(await screen.findByText("本机还没有您的资料，请先联网登录一次。")).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>("服务器地址").value).toBe("https://crm.example.com");
    press(/登录$/);
    await title("帮助");
    expect(asked("session_sign_in").at(-1)).toEqual({ login: "rm0002", password: PASSWORD, server: "https://crm.example.com" });
  });

  it("tells Caps Lock, and shows the password on demand", async () => {
    const { user } = await renderScreen("/help", { fake: { phase: "signed_out" } });
    await user.keyboard("{CapsLock}a");
    expect(screen.getByText("大写锁定已打开")).toBeTruthy();
    await user.keyboard("{CapsLock}a");
    expect(screen.queryByText("大写锁定已打开")).toBeNull();
    press("显示密码");
    expect(password().type).toBe("text");
  });

  it("leaves Enter to an input method that composes", async () => {
    const { user, fake } = await renderScreen("/help", { fake: { phase: "signed_out" } });
    const asked = spy(fake);
    await user.type(password(), PASSWORD);
    fireEvent.keyDown(password(), { key: "Enter", isComposing: true });
    fireEvent.keyDown(password(), { key: "Enter", keyCode: 229 });
    expect(asked("session_sign_in")).toEqual([]);
  });
});

describe("lock", () => {
  it("s8.1: hides the application and asks only for the password", async () => {
    const { user } = await renderScreen("/settings");
    await user.keyboard("{Control>}l{/Control}");
    await title("已锁定");
    expect(screen.queryByRole("heading", { name: "设置" })).toBeNull();
    expect(within(screen.getByRole("main")).getByText("示例经理")).toBeTruthy();
    expect(screen.queryAllByRole("textbox").length).toBe(0);
    await user.keyboard(`${PASSWORD}{Enter}`);
    expect(await title("设置")).toBeTruthy();
    expect(screen.queryByText(/如果不是您本人/)).toBeNull();
  });

  it("lets another user sign in", async () => {
    await renderScreen("/settings", { fake: { phase: "locked" } });
    press("换用户登录");
    await title("登录廊桥");
  });
});

describe("first run", () => {
  it("joins a server: shows whose it is before it asks for a password", async () => {
    const { user, fake } = await renderScreen("/help", { fake: { phase: "first_run" } });
    const asked = spy(fake);
    press(/接入本行服务器/);
    expect(document.activeElement).toBe(screen.getByLabelText("服务器地址"));
    await user.keyboard("crm{Enter}");
    expect(await screen.findByText("地址不正确，请填写以 https:// 开头的地址。")).toBeTruthy();
    await user.clear(screen.getByLabelText("服务器地址"));
    await user.keyboard("https://crm.example.com/{Enter}");
    expect(await screen.findByText("示例银行")).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText("用户名"));
    await user.keyboard(`rm0001{Tab}${PASSWORD}{Enter}`);
    await title("帮助");
    expect(asked("session_sign_in")).toEqual([{ login: "rm0001", password: PASSWORD, server: "https://crm.example.com" }]);
  });

  it("s8.1: works alone after a password that follows the rules; weak ones are refused with the reason", async () => {
    const { user, fake } = await renderScreen("/help", { fake: { phase: "first_run" } });
    press(/单机使用/);
    await user.keyboard("示例用户{Tab}example");
    const entry = async (text: string): Promise<void> => {
      for (const label of ["密码", "再次输入密码"]) {
        await user.clear(screen.getByLabelText(label));
        await user.type(screen.getByLabelText(label), text);
      }
      press(/开始使用$/);
    };
    await entry("Ab1!");
    expect(await screen.findByText("密码至少 8 位。")).toBeTruthy();
    await entry("abcdefghijkl");
    expect(await screen.findByText("密码需包含大写字母、小写字母、数字、符号中的三种。")).toBeTruthy();
    await entry("Password2026");
    expect(await screen.findByText("这个密码太常见，请换一个。")).toBeTruthy();
    const rules = within(screen.getByRole("list", { name: "密码要求" }));
    expect(rules.getAllByText("已满足").length).toBe(2);
    await entry("Bridge-2026x");
    await title("帮助");
    expect(fake.store.session).toMatchObject({ joined: false, login: "example", phase: "unlocked" });
  });

  it("does not send two different entries of the password", async () => {
    const { user, fake } = await renderScreen("/help", { fake: { phase: "first_run" } });
    const asked = spy(fake);
    press(/单机使用/);
    await user.keyboard("示例用户{Tab}example");
    await user.type(screen.getByLabelText("密码"), "Bridge-2026x");
    await user.type(screen.getByLabelText("再次输入密码"), "Bridge-2026{Enter}");
    expect(await screen.findByText("两次输入的密码不一致。")).toBeTruthy();
    expect(asked("session_create")).toEqual([]);
  });

  it("marks what is missing and goes to the first of it", async () => {
    const { user } = await renderScreen("/help", { fake: { phase: "first_run" } });
    press(/单机使用/);
    await user.keyboard("{Enter}");
    expect(screen.getAllByText("请填写此项。").length).toBe(4);
    expect(document.activeElement).toBe(screen.getByLabelText("姓名"));
  });

  it("speaks the other language at once", async () => {
    await renderScreen("/help", { fake: { phase: "first_run" } });
    fireEvent.click(screen.getByText("English"));
    await title("Welcome to Langqiao");
  });
});

describe("help before the store is open", () => {
  it.each([
    ["first run", { phase: "first_run" }, "第一次使用"],
    ["sign-in", { phase: "signed_out" }, "登录与密码"],
    ["lock", { phase: "locked" }, "锁定与解锁"],
    ["a password to change", { expired: true }, "登录与密码"],
  ] as const)("f3.6: F1 opens the guide of %s over it", async (_name, fake, guide) => {
    const { user } = await renderScreen("/help", { fake });
    await user.keyboard("[F1]");
    const dialog = within(await screen.findByRole("dialog", { name: "帮助" }));
    expect(await dialog.findByRole("heading", { name: guide })).toBeTruthy();
  });

  it("has a button too, one guide leads to the next, and what was typed stays", async () => {
    const { user } = await renderScreen("/help", { fake: { phase: "locked" } });
    await user.type(password(), "half");
    press("帮助");
    const dialog = within(await screen.findByRole("dialog", { name: "帮助" }));
    fireEvent.click(await dialog.findByRole("button", { name: "登录与密码" }));
    expect(await dialog.findByRole("heading", { name: "登录与密码" })).toBeTruthy();
    expect(password().value).toBe("half");
  });
});

describe("own password", () => {
  it("s8.1: one given by an administrator has to be changed before anything is shown", async () => {
    const { user } = await renderScreen("/help", { fake: { expired: true } });
    await title("请修改初始密码");
    await user.keyboard(`${PASSWORD}{Tab}{Tab}${PASSWORD}{Tab}{Tab}${PASSWORD}{Enter}`);
    expect(await screen.findByText("新密码不能与原密码相同。")).toBeTruthy();
    for (const label of ["新密码", "再次输入密码"]) {
      await user.clear(screen.getByLabelText(label));
      await user.type(screen.getByLabelText(label), "Bridge-2026x");
    }
    press(/修改并进入$/);
    await title("帮助");
  });

  it("s8.1: is changed in a dialog of the account, reached from the user menu", async () => {
    const { user, fake } = await renderScreen("/settings");
    press(/用户菜单/);
    fireEvent.click(screen.getByRole("menuitem", { name: "我的账户" }));
    await title("我的账户");
    press("修改密码");
    const dialog = within(await screen.findByRole("dialog", { name: "修改密码" }));
    await user.type(dialog.getByLabelText("原密码"), "wrong");
    await user.type(dialog.getByLabelText("新密码"), "Bridge-2026x");
    await user.type(dialog.getByLabelText("再次输入密码"), "Bridge-2026x{Enter}");
    expect(await dialog.findByText("密码不正确。")).toBeTruthy();
    await user.clear(dialog.getByLabelText("原密码"));
    await user.type(dialog.getByLabelText("原密码"), `${PASSWORD}{Enter}`);
    expect(await screen.findByText("密码已修改")).toBeTruthy();
    expect(fake.store.password).toBe("Bridge-2026x");
  });
});

it.each([
  [600_000, "10:00"],
  [599_001, "10:00"],
  [65_000, "1:05"],
  [900, "0:01"],
])("%s ms are %s", (ms, wanted) => expect(formatCountdown(ms)).toBe(wanted));
