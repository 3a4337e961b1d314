import { act, configure, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { resetList } from "../../src/features/customers/list/state";
import { renderScreen } from "../render";

// The whole application is drawn in each test, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });
beforeEach(resetList);

const field = (name: string): Promise<HTMLElement> => screen.findByLabelText(new RegExp(`^${name}\\*?$`), {}, { timeout: 5000 });
const textbox = (name: string): Promise<HTMLInputElement> => field(name) as Promise<HTMLInputElement>;
const noteOf = (input: HTMLElement): string => input.closest("[data-field]")?.querySelector(".lq-form-note")?.textContent ?? "";
const SAVE = { name: /保存/ };

describe("a new customer", () => {
  it("f3.4: is made from two fields, and its page opens", async () => {
    const { user, fake } = await renderScreen("/customers/new");
    await user.type(await textbox("姓名"), "张三");
    await user.type(await textbox("手机"), "13900001111");
    await user.keyboard("{Control>}s{/Control}");
    expect(await screen.findByRole("heading", { level: 1, name: "张三" })).toBeTruthy();
    expect(fake.store.customers.at(-1)?.values).toMatchObject({ kind: "personal", name: "张三", mobile: "13900001111" });
    expect(await screen.findByText("已保存")).toBeTruthy();
    const history = await screen.findByRole("region", { name: "修改历史" });
    expect((await within(history).findByRole("listitem")).textContent).toContain("建立档案");
  });

  it("s1.1: refuses a mobile that is too short or of no network, under the field and with the focus on it", async () => {
    const { user, fake } = await renderScreen("/customers/new");
    const before = fake.store.customers.length;
    await user.type(await textbox("姓名"), "张三");
    const mobile = await textbox("手机");
    for (const [typed, text] of [
      ["1381234567", "手机号应为 11 位。"],
      ["12812345678", "没有这个号段"],
    ] as const) {
      await user.clear(mobile);
      await user.type(mobile, typed);
      await user.click(screen.getByRole("button", SAVE));
      await waitFor(() => expect(noteOf(mobile)).toContain(text));
      await waitFor(() => expect(document.activeElement).toBe(mobile));
      expect(mobile.getAttribute("aria-invalid")).toBe("true");
    }
    expect(fake.store.customers.length).toBe(before);
  });

  it("s1.1: says what is wrong when a field is left, before anything is saved", async () => {
    const { user } = await renderScreen("/customers/new");
    const number = await textbox("证件号码");
    await user.type(number, "110105194912310021");
    await user.tab();
    await waitFor(() => expect(noteOf(number)).toContain("校验"));
  });

  it("s1.1: fills birth date, gender and age from a resident ID", async () => {
    const { user, fake } = await renderScreen("/customers/new", { fake: { now: () => Date.parse("2026-11-25T04:00:00Z") } });
    await user.type(await textbox("姓名"), "张三");
    await user.type(await textbox("证件号码"), "11010519491231002X");
    await user.tab();
    const born = await textbox("出生日期");
    await waitFor(() => expect(born.value).toBe("1949-12-31"));
    expect(noteOf(born)).toBe("由证件号得出");
    await user.keyboard("{Control>}s{/Control}");
    await screen.findByRole("heading", { level: 1, name: "张三" });
    expect(fake.store.customers.at(-1)?.values).toMatchObject({ birth_date: "1949-12-31", gender: "female" });
    expect(await screen.findByText("76 岁")).toBeTruthy();
  });

  it("s1.1: shows an existing customer with the same mobile when the field is left, and still saves", async () => {
    const { user, fake } = await renderScreen("/customers/new");
    const known = fake.store.customers[0];
    await user.type(await textbox("姓名"), "另一位");
    await user.type(await textbox("手机"), known?.values.mobile ?? "");
    await user.tab();
    const hint = await screen.findByRole("region", { name: "可能是同一位客户" });
    expect(within(hint).getByRole("link", { name: known?.values.name ?? "" })).toBeTruthy();
    await user.click(screen.getByRole("button", SAVE));
    expect(await screen.findByRole("heading", { level: 1, name: "另一位" })).toBeTruthy();
  });

  it("x2: refuses a second record with the same document", async () => {
    const { user, fake } = await renderScreen("/customers/new");
    const known = fake.store.customers[0];
    if (known) known.values.document_number = "11010519491231002X";
    await user.type(await textbox("姓名"), "另一位");
    await user.type(await textbox("证件号码"), "11010519491231002x");
    await user.tab();
    expect(await screen.findByRole("region", { name: "该客户已经存在" })).toBeTruthy();
    const before = fake.store.customers.length;
    await user.click(screen.getByRole("button", SAVE));
    expect((await screen.findByRole("region", { name: /需要更正/ })).textContent).toContain("证件号码");
    expect(fake.store.customers.length).toBe(before);
  });

  it("s8.3: saves once when saved twice at the same moment", async () => {
    const { user, fake } = await renderScreen("/customers/new");
    const before = fake.store.customers.length;
    await user.type(await textbox("姓名"), "张三");
    await user.dblClick(screen.getByRole("button", SAVE));
    await screen.findByRole("heading", { level: 1, name: "张三" });
    expect(fake.store.customers.length).toBe(before + 1);
  });

  it("s8.3: lists what is wrong as links, and leads to the first", async () => {
    const { user } = await renderScreen("/customers/new");
    await user.type(await textbox("手机"), "1381234567");
    await user.type(await textbox("邮箱"), "nobody");
    await user.click(screen.getByRole("button", SAVE));
    const list = await screen.findByRole("region", { name: "有 3 项需要更正" });
    await user.click(within(list).getByRole("button", { name: "邮箱" }));
    expect(document.activeElement).toBe(await textbox("邮箱"));
  });

  it("s8.3: warns when it is left with changes, keeps the draft in memory and brings it back", async () => {
    const { user } = await renderScreen("/customers/new");
    await user.type(await textbox("姓名"), "未完成");
    await user.click(screen.getByRole("button", { name: "取消" }));
    const warning = await screen.findByRole("dialog", { name: "有尚未保存的内容" }, { timeout: 5000 });
    await user.click(within(warning).getByRole("button", { name: "继续填写" }));
    expect((await textbox("姓名")).value).toBe("未完成");
    await user.click(screen.getByRole("button", { name: "取消" }));
    await user.click(await screen.findByRole("button", { name: "保留草稿并离开" }));
    await screen.findByRole("heading", { level: 1, name: "客户" });
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("未完成");
    await user.keyboard("cc");
    expect(await screen.findByText("已恢复上次没有保存的草稿。")).toBeTruthy();
    expect((await textbox("姓名")).value).toBe("未完成");
    await user.click(screen.getByRole("button", { name: "丢弃草稿" }));
    expect((await textbox("姓名")).value).toBe("");
  });

  it("x13: has other fields for a company than for a person", async () => {
    const { user } = await renderScreen("/customers/new");
    await textbox("出生日期");
    await user.click(screen.getByText("企业"));
    expect(await textbox("统一社会信用代码")).toBeTruthy();
    expect(screen.queryByLabelText("出生日期")).toBeNull();
    expect(await textbox("企业名称")).toBeTruthy();
  });

  it("sends amounts as they are typed, in yuan", async () => {
    const { user, fake } = await renderScreen("/customers/new");
    await user.type(await textbox("姓名"), "张三");
    await user.type(await textbox("年收入"), "1.2万");
    await user.keyboard("{Control>}s{/Control}");
    await screen.findByRole("heading", { level: 1, name: "张三" });
    expect(fake.store.customers.at(-1)?.values.income).toBe("1200000");
  });
});

describe("a customer being edited", () => {
  it("x14: keeps a masked value unless another is typed", async () => {
    const { user, fake } = await renderScreen("/customers/customer-1/edit");
    const before = { ...fake.store.customers[0]?.values };
    const mobile = await textbox("手机");
    expect(mobile.value).toBe("");
    expect(mobile.placeholder).toMatch(/^138\*{4}\d{4}$/);
    await user.type(await textbox("职业"), "顾问");
    await user.click(screen.getByRole("button", SAVE));
    await screen.findByRole("heading", { level: 1, name: before.name ?? "" });
    expect(fake.store.customers[0]?.values.mobile).toBe(before.mobile);
    expect(fake.store.customers[0]?.values.occupation).toBe(`${before.occupation}顾问`);
  });

  it("s1.2: leaves a row in the history, from what to what, who and when", async () => {
    const { user, fake } = await renderScreen("/customers/customer-1/edit");
    const was = fake.store.customers[0]?.values.mobile ?? "";
    await user.type(await textbox("手机"), "13900001111");
    await user.keyboard("{Control>}s{/Control}");
    const history = await screen.findByRole("region", { name: "修改历史" });
    const row = await within(history).findByRole("listitem");
    expect(row.textContent).toContain(`138****${was.slice(-4)}`);
    expect(row.textContent).toContain("139****1111");
    expect(row.textContent).toContain("示例经理");
    expect(row.textContent).toContain("待同步");
  });

  it("goes back to the page, and says so, when nothing was changed", async () => {
    const { user } = await renderScreen("/customers/customer-1/edit");
    await textbox("职业");
    await user.click(screen.getByRole("button", SAVE));
    expect(await screen.findByText("没有改动")).toBeTruthy();
    expect(await screen.findByText("手机", { selector: "dt" })).toBeTruthy();
  });

  it("tells when the customer was changed meanwhile, and loads the latest", async () => {
    const { user, fake, client } = await renderScreen("/customers/customer-1/edit");
    await user.type(await textbox("职业"), "顾问");
    const customer = fake.store.customers[0];
    if (customer) Object.assign(customer, { revision: 7, values: { ...customer.values, occupation: "教授" } });
    await user.click(screen.getByRole("button", SAVE));
    await screen.findByText(/刚被修改/);
    await act(() => client.invalidateQueries({ queryKey: ["customers"] }));
    await user.click(screen.getByRole("button", { name: "载入最新内容" }));
    await waitFor(async () => expect((await textbox("职业")).value).toBe("教授"));
  });
});
