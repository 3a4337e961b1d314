import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { CommandError } from "../../src/ipc/backend";
import type { UpdateCase } from "../../src/ipc/contract";
import { refuse } from "../../src/ipc/fake/store";
import { useRegistry } from "../../src/kit/keys/actions";
import { renderScreen } from "../render";

// The whole application is loaded anew for each file: a busy computer needs its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });

const officer = { fake: { role: "risk_officer" } } as const;
const grid = () => screen.findByRole("grid", { name: "可疑交易个案" });
/** The question over the dialog. Every title has the same id here, so that it is not found by its name. */
const question = async () => {
  const title = await screen.findByText("放弃没有保存的内容？");
  return within(title.closest<HTMLElement>('[role="dialog"]') ?? refuse("not_found"));
};
/** Motion has no end here: a dialog that closes stays in the document. */
const closed = () => waitFor(() => expect(useRegistry.getState().dialogs).toBe(0));
const dialog = async (name: string | RegExp) => within(await screen.findByRole("dialog", { name }));
const text = (form: Awaited<ReturnType<typeof dialog>>, name: string) => form.getByRole<HTMLTextAreaElement>("textbox", { name });

/** The dialog of a case, opened with a press. */
async function opened(index = 0) {
  const rendered = await renderScreen("/cases", officer);
  const { store } = rendered.fake;
  await screen.findByText(/^共 6 件/);
  const ordered = ["case-2", "case-1", "case-3", "case-4", "case-5", "case-gone"];
  const one = store.cases.find(({ id }) => id === ordered[index]) ?? refuse("not_found");
  fireEvent.click(screen.getByRole("button", { name: one.name }));
  return { ...rendered, one, form: await dialog("可疑交易个案") };
}

describe("cases", () => {
  it("x23: are listed with whose, how far, what was seen and how they stand with the server, open ones first", async () => {
    const { fake } = await renderScreen("/cases", officer);
    expect(await screen.findByText("共 6 件，核查中 2 件")).toBeTruthy();
    const rows = within(await grid())
      .getAllByRole("row")
      .slice(1);
    const [newest] = fake.store.cases.filter(({ sync }) => sync === "pending");
    expect(rows[0]?.textContent).toContain(`${newest?.name}核查中${newest?.narrative}示例支行营业部`);
    expect(rows[0]?.textContent).toMatch(/(\d{4}-\d\d-\d\d \d\d:\d\d){2}待同步$/);
    const states = rows.map((row) => /核查中|确认上报|排除可疑/.exec(row.textContent ?? "")?.[0]);
    expect(states).toEqual(["核查中", "核查中", "排除可疑", "确认上报", "排除可疑", "确认上报"]);
  });

  it("x23: are narrowed to those that are open or concluded, as the address says", async () => {
    const { fake } = await renderScreen("/cases?state=open", officer);
    await waitFor(() => expect(screen.getAllByRole("row")).toHaveLength(3));
    fireEvent.click(screen.getByRole("radio", { name: "已有结论" }));
    await waitFor(() => expect(screen.getAllByRole("row")).toHaveLength(5));
    fake.store.cases = fake.store.cases.filter(({ state }) => state === "open");
    fake.emit("changed", { features: ["cases"] });
    expect(await screen.findByRole("heading", { name: "没有已有结论的个案" })).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "查看全部" }));
    await waitFor(() => expect(screen.getAllByRole("row")).toHaveLength(3));
  });

  it("x23: open by key, are gone on with and saved by key; the list keeps its place", async () => {
    const { user, fake } = await renderScreen("/cases", officer);
    await screen.findByText(/^共 6 件/);
    await user.keyboard("j{Enter}");
    const form = await dialog("可疑交易个案");
    const narrative = text(form, "情况说明");
    await waitFor(() => expect(document.activeElement).toBe(narrative));
    const before = fake.store.cases.find(({ id }) => id === "case-1")?.narrative ?? "";
    expect(narrative.value).toBe(before);
    await user.keyboard("{Enter}已联系客户。");
    await user.keyboard("{Control>}s{/Control}");
    const one = fake.store.cases.find(({ id }) => id === "case-1");
    expect(await screen.findByText(`${one?.name} 的个案已保存`)).toBeTruthy();
    expect(one).toMatchObject({ narrative: `${before}\n已联系客户。`, state: "open", conclusion: null, sync: "pending" });
    await closed();
    // What was changed last stands first, and still has the focus.
    await waitFor(() => expect(screen.getAllByRole("row")[1]?.textContent).toContain(one?.name));
    expect((await grid()).getAttribute("aria-activedescendant")).toBe(screen.getAllByRole("row")[1]?.id);
  });

  it("x23: are concluded only with the reasons", async () => {
    const { user, form, one } = await opened();
    expect(form.queryByRole("textbox", { name: "结论理由" })).toBeNull();
    fireEvent.click(form.getByRole("radio", { name: "排除可疑" }));
    const reasons = text(form, "结论理由");
    fireEvent.click(form.getByRole("button", { name: "保存" }));
    expect(await form.findByText("请填写此项。")).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(reasons));
    expect(one.state).toBe("open");
    await user.keyboard("售房款，已核对合同。");
    fireEvent.click(form.getByRole("button", { name: "保存" }));
    await waitFor(() => expect(one).toMatchObject({ state: "dismissed", conclusion: "售房款，已核对合同。" }));
  });

  it("x23: can be opened again, and it says beforehand that the reasons go", async () => {
    const { form, one } = await opened(3);
    expect(text(form, "结论理由").value).toBe(one.conclusion);
    expect(form.queryByText(/不再保留/)).toBeNull();
    fireEvent.click(form.getByRole("radio", { name: "核查中" }));
    expect(form.getByText("改回核查中并保存后，结论理由不再保留。")).toBeTruthy();
    fireEvent.click(form.getByRole("radio", { name: "确认上报" }));
    expect(text(form, "结论理由").value).toBe(one.conclusion);
    fireEvent.click(form.getByRole("radio", { name: "核查中" }));
    fireEvent.click(form.getByRole("button", { name: "保存" }));
    await waitFor(() => expect(one).toMatchObject({ state: "open", conclusion: null }));
  });

  it("x23: keep what was typed when it is refused, with the error at its field", async () => {
    const { form, one } = await opened();
    const long = "长".repeat(4001);
    fireEvent.change(text(form, "情况说明"), { target: { value: long } });
    expect(form.getByText("4,001 / 4,000 字").className).toContain("over");
    fireEvent.click(form.getByRole("button", { name: "保存" }));
    expect(await form.findByText("内容过长，最多 4000 个字。")).toBeTruthy();
    expect(text(form, "情况说明").getAttribute("aria-invalid")).toBe("true");
    expect(text(form, "情况说明").value).toBe(long);
    expect(one.narrative).not.toBe(long);
  });

  it("x23: tell a failure that is about no field with its code, and keep what was typed", async () => {
    const { form, fake } = await opened();
    fake.override("cases_update", () => {
      throw new CommandError({ code: "disk_full", trace_id: "7f3a" });
    });
    fireEvent.change(text(form, "情况说明"), { target: { value: "新情况" } });
    fireEvent.click(form.getByRole("button", { name: "保存" }));
    expect(await form.findByText(/磁盘空间不足/)).toBeTruthy();
    expect(form.getByText(/7f3a/)).toBeTruthy();
    expect(text(form, "情况说明").value).toBe("新情况");
  });

  it("x23: that somebody else changed meanwhile are read again without losing what was typed", async () => {
    const { form, fake, one } = await opened();
    const sent: UpdateCase[] = [];
    const call = fake.call.bind(fake);
    vi.spyOn(fake, "call").mockImplementation((command, input) => {
      if (command === "cases_update") sent.push(input as UpdateCase);
      return call(command, input);
    });
    fireEvent.change(text(form, "情况说明"), { target: { value: "我写的" } });
    Object.assign(one, { revision: 7, narrative: "对方写的", state: "reported", conclusion: "对方的理由" });
    fireEvent.click(form.getByRole("button", { name: /保存$/ }));
    expect(await form.findByText(/这件个案刚被他人修改，没有保存/)).toBeTruthy();
    expect(one.narrative).toBe("对方写的");
    fireEvent.click(form.getByRole("button", { name: "载入最新内容" }));
    expect(await form.findByText("对方写的")).toBeTruthy();
    expect(text(form, "情况说明").value).toBe("我写的");
    expect(form.getByRole<HTMLInputElement>("radio", { name: "确认上报" }).checked).toBe(true);
    expect(text(form, "结论理由").value).toBe("对方的理由");
    fireEvent.click(form.getByRole("button", { name: /保存$/ }));
    await waitFor(() => expect(one).toMatchObject({ narrative: "我写的", state: "reported", conclusion: "对方的理由" }));
    expect(sent.map(({ revision }) => revision)).toEqual([1, 7]);
  });

  it("x23: do not change under the hands while the dialog is open", async () => {
    const { form, fake, one } = await opened();
    const before = one.narrative;
    one.narrative = "对方写的";
    fake.emit("changed", { features: ["cases"] });
    await waitFor(() => expect(screen.getAllByRole("row", { hidden: true })[1]?.textContent).toContain("对方写的"));
    expect(text(form, "情况说明").value).toBe(before);
  });

  it("x23: ask before what was typed is given up, and only then", async () => {
    const { form, one } = await opened();
    fireEvent.change(text(form, "情况说明"), { target: { value: "新情况" } });
    fireEvent.click(form.getByRole("button", { name: "取消" }));
    fireEvent.click((await question()).getByRole("button", { name: "取消" }));
    await waitFor(() => expect(useRegistry.getState().dialogs).toBe(1));
    expect(text(form, "情况说明").value).toBe("新情况");
    fireEvent.click(form.getByRole("button", { name: "取消" }));
    fireEvent.click((await question()).getByRole("button", { name: "放弃" }));
    await closed();
    fireEvent.keyDown(screen.getByRole("grid", { hidden: true }), { key: "Enter" });
    await waitFor(() => expect(useRegistry.getState().dialogs).toBe(1));
    expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: "情况说明" }).value).toBe(one.narrative);
    fireEvent.click(form.getByRole("button", { name: "取消" }));
    await closed();
  });

  it("x23: lead to the customer who is here", async () => {
    const { form, one } = await opened(1);
    fireEvent.click(form.getByRole("button", { name: one.name }));
    expect(await screen.findByRole("heading", { level: 1, name: one.name })).toBeTruthy();
  });

  it("x23: of a customer who has gone have the name without a link, and say why", async () => {
    const { form, one } = await opened(5);
    expect(form.getByText("这位客户已不在这台电脑上，显示的是建立个案时的姓名。")).toBeTruthy();
    expect(form.getByText(one.name)).toBeTruthy();
    expect(form.queryByRole("button", { name: one.name })).toBeNull();
  });

  it("have no mark of the server while the computer works alone", async () => {
    await renderScreen("/cases", { fake: { role: "risk_officer", joined: false } });
    await screen.findByText(/^共 6 件/);
    expect(screen.queryByRole("columnheader", { name: /同步状态/ })).toBeNull();
  });

  it("begin with how the first one is opened", async () => {
    const { fake, client } = await renderScreen("/cases", officer);
    fake.store.cases = [];
    await client.resetQueries({ queryKey: ["cases"] });
    expect(await screen.findByRole("heading", { name: "还没有个案" })).toBeTruthy();
    expect(screen.queryByRole("radio", { name: "已有结论" })).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "去客户列表" }));
    expect(await screen.findByRole("heading", { level: 1, name: "客户" })).toBeTruthy();
  });

  it("tell a failure with its code and try again", async () => {
    const { fake, client } = await renderScreen("/cases", officer);
    await screen.findByText(/^共 6 件/);
    let broken = true;
    const works = fake.call.bind(fake);
    vi.spyOn(fake, "call").mockImplementation((command, input) =>
      command === "cases_list" && broken ? Promise.reject({ code: "internal", trace_id: "7f3a" }) : works(command, input),
    );
    await client.resetQueries({ queryKey: ["cases"] });
    expect(await screen.findByText(/7f3a/)).toBeTruthy();
    broken = false;
    fireEvent.click(screen.getByRole("button", { name: "重试" }));
    expect(await screen.findByText(/^共 6 件/)).toBeTruthy();
  });
});
