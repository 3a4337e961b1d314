import { configure, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { resetList, useList } from "../../src/features/customers/list/state";
import { renderScreen } from "../render";

// The whole application is drawn in each test, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });
beforeEach(resetList);

const rows = (): HTMLElement[] => within(screen.getByRole("grid")).getAllByRole("row").slice(1);
const search = (): HTMLElement => screen.getByRole("textbox", { name: /^姓名、拼音/ });
const some = async (): Promise<HTMLElement[]> => {
  await waitFor(() => expect(screen.getAllByRole("checkbox", { name: /^选中 ./ }).length).toBeGreaterThan(2));
  return rows();
};

describe("the list of customers", () => {
  it("says how many there are, and how many match", async () => {
    const { user } = await renderScreen("/customers", { fake: { customers: 50 } });
    expect(await screen.findByText("共 50 位")).toBeTruthy();
    await user.type(search(), "zhang");
    expect(await screen.findByText(/^符合条件 \d+ 位$/)).toBeTruthy();
    await user.type(search(), "zzzz");
    expect(await screen.findByText("没有符合条件的客户")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "清除全部条件" }));
    expect(await screen.findByText("共 50 位")).toBeTruthy();
  });

  it("x14: shows numbers masked", async () => {
    await renderScreen("/customers");
    await some();
    const text = screen.getByRole("grid").textContent ?? "";
    expect(text).toMatch(/138\*{4}\d{4}/);
    expect(text).not.toMatch(/1\d{10}/);
  });

  it("s7.1: has no buttons to change anything for staff", async () => {
    await renderScreen("/customers", { fake: { role: "staff" } });
    await some();
    for (const name of ["新建客户", "导入", "编辑", "删除", "打标签", "导出"]) expect(screen.queryByRole("button", { name })).toBeNull();
  });

  it("s7.1: has no bulk deeds for staff either, and its keys do nothing", async () => {
    const { user } = await renderScreen("/customers", { fake: { role: "staff" } });
    await some();
    await user.keyboard("jxn");
    const bar = await screen.findByRole("toolbar", { name: "批量操作" });
    expect(within(bar).queryByRole("button", { name: /标签|导出|删除/ })).toBeNull();
    await user.keyboard("{Delete}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("客户");
  });

  it("narrows by a condition, shows it as a chip, and takes it away again", async () => {
    const { user } = await renderScreen("/customers", { fake: { customers: 50 } });
    await some();
    await user.keyboard("f");
    await user.click(await screen.findByRole("menuitem", { name: "性别" }));
    await user.click(await screen.findByRole("checkbox", { name: "男" }));
    expect(await screen.findByText(/^符合条件 \d+ 位$/)).toBeTruthy();
    expect(useList.getState().query.filters).toEqual([{ kind: "one_of", field: "gender", values: ["male"] }]);
    expect(screen.getByRole("button", { name: "性别 男" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "移除条件“性别”" }));
    expect(await screen.findByText("共 50 位")).toBeTruthy();
  });

  it("s8.2: is as it was after another screen: words, conditions, selection", async () => {
    const { user } = await renderScreen("/customers", { fake: { customers: 300 } });
    const [first] = await some();
    await user.type(search(), "li");
    await screen.findByText(/^符合条件/);
    await some();
    await user.click(within(rows()[0] as HTMLElement).getByRole("checkbox"));
    await screen.findByText("已选 1 位");
    await user.click(within(rows()[1] as HTMLElement).getAllByRole("button")[0] as HTMLElement);
    await waitFor(() => expect(screen.getByRole("heading", { level: 1 }).textContent).not.toBe("客户"));
    await user.keyboard("{Escape}");
    expect(await screen.findByText("已选 1 位")).toBeTruthy();
    expect(screen.getByDisplayValue("li")).toBeTruthy();
    expect(first).toBeTruthy();
  });

  it("f3.4: tags all that match in one go, tells how many, and takes it back", async () => {
    const { user, fake } = await renderScreen("/customers", { fake: { customers: 700 } });
    await some();
    await user.keyboard("jx");
    await user.click(await screen.findByRole("button", { name: "选中全部 700 位" }));
    await user.click(screen.getByRole("button", { name: "打标签" }));
    const dialog = await screen.findByRole("dialog", { name: "为 700 位客户打标签" }, { timeout: 5000 });
    await user.click(within(dialog).getByRole("combobox", { name: "加上标签" }));
    await user.click((await screen.findAllByText("重点客户")).at(-1) as HTMLElement);
    await user.click(within(dialog).getByRole("button", { name: /保存/ }));
    expect(await screen.findByText("已更新 700 位客户的标签")).toBeTruthy();
    const tagged = () => fake.store.customers.filter((one) => one.values.tags?.split(" ").includes("tag-1")).length;
    expect(tagged()).toBe(700);
    await user.click(screen.getByRole("button", { name: /撤销/ }));
    await waitFor(() => expect(tagged()).toBeLessThan(700));
  });

  it("s1.3: shows the tags that there is room for, and counts the others", async () => {
    const { user, fake } = await renderScreen("/customers", { fake: { customers: 50 } });
    await some();
    for (const one of fake.store.customers) one.values.tags = "tag-1 tag-2 tag-3";
    await user.type(search(), "li");
    const names = fake.store.tags.slice(0, 3).map((tag) => tag.name);
    await waitFor(() => expect(within(rows()[0] as HTMLElement).getByTitle(names.join(" "))).toBeTruthy());
    const shown = within(within(rows()[0] as HTMLElement).getByTitle(names.join(" ")));
    expect(names.filter((name) => shown.queryByText(name))).toEqual(names.slice(0, 2));
    // One of the two stands there, whichever fits the column.
    expect(shown.getByText("+2").className).toContain("lq-customers-tags-narrow");
    expect(shown.getByText("+1").parentElement?.className).toBe("lq-customers-tags-wide");
  });

  it("asks before it deletes, tells how many, and undoes", async () => {
    const { user, fake } = await renderScreen("/customers", { fake: { customers: 50 } });
    await some();
    await user.keyboard("jxjx");
    await user.click(await screen.findByRole("button", { name: "删除" }));
    const dialog = await screen.findByRole("dialog", { name: "删除 2 位客户？" }, { timeout: 5000 });
    await user.click(within(dialog).getByRole("button", { name: "删除" }));
    expect(await screen.findByText("已删除 2 位客户")).toBeTruthy();
    expect(await screen.findByText("共 48 位")).toBeTruthy();
    await user.keyboard("{Control>}z{/Control}");
    expect(await screen.findByText("共 50 位")).toBeTruthy();
    expect(fake.store.customers.every((one) => !one.deleted)).toBe(true);
  });

  it("keeps the list as a view, marks it when it was changed since, and opens it again", async () => {
    const { user, fake } = await renderScreen("/customers", { fake: { customers: 50 } });
    await some();
    useList.setState((was) => ({ query: { ...was.query, filters: [{ kind: "one_of", field: "risk_grade", values: ["C4", "C5"] }] } }));
    await user.click(await screen.findByRole("button", { name: /全部客户.*已改动/ }));
    await user.click(screen.getByRole("menuitem", { name: "另存为新视图…" }));
    await user.type(await screen.findByLabelText("视图名称", {}, { timeout: 5000 }), "进取型");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(fake.store.views[0]?.query.filters).toHaveLength(1));
    expect(fake.store.views[0]?.columns[0]?.column).toBe("name");
    const menu = await screen.findByRole("button", { name: "进取型" });
    await user.click(menu);
    await user.click(screen.getByRole("menuitem", { name: "全部客户" }));
    expect(await screen.findByText("共 50 位")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "全部客户" }));
    await user.click(screen.getByRole("menuitem", { name: "进取型" }));
    expect(await screen.findByText(/^符合条件/)).toBeTruthy();
    useList.setState((was) => ({ query: { ...was.query, text: "li" } }));
    expect(await screen.findByRole("button", { name: /进取型.*已改动/ })).toBeTruthy();
  });

  it("shows and hides columns and reads only what is shown", async () => {
    const { user } = await renderScreen("/customers");
    await some();
    expect(screen.queryByRole("columnheader", { name: "年收入" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "列" }));
    await user.click(await screen.findByRole("checkbox", { name: "年收入" }, { timeout: 5000 }));
    expect(await screen.findByRole("columnheader", { name: "年收入", hidden: true })).toBeTruthy();
    resetList();
    expect(useList.getState().columns.find((one) => one.id === "income")?.hidden).toBe(false);
  });

  it("hands the export what is asked and what is selected", async () => {
    const { user } = await renderScreen("/customers", { fake: { customers: 50 } });
    await some();
    await user.keyboard("jx{Control>}{Shift>}e{/Shift}{/Control}");
    await screen.findByRole("heading", { level: 1, name: "导出客户" });
    expect(await screen.findByText(/选中的客户/)).toBeTruthy();
    expect(await screen.findByRole("button", { name: /导出 1 位客户/ })).toBeTruthy();
  });

  it("answers a question that another screen asks through the address", async () => {
    const query = JSON.stringify({ filters: [{ kind: "one_of", field: "gender", values: ["male"] }] });
    await renderScreen(`/customers?query=${encodeURIComponent(query)}`, { fake: { customers: 50 } });
    expect(await screen.findByText(/^符合条件 \d+ 位$/)).toBeTruthy();
    expect(await screen.findByRole("button", { name: "性别 男" })).toBeTruthy();
  });

  it("f3.5: says what to do when there are no customers yet", async () => {
    await renderScreen("/customers", { fake: { customers: 0 } });
    expect(await screen.findByText("还没有客户")).toBeTruthy();
    expect(screen.getAllByRole("button", { name: "新建客户" }).length).toBeGreaterThan(0);
  });
});
