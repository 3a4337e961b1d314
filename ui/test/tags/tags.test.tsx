import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { CommandError } from "../../src/ipc/backend";
import { renderScreen } from "../render";

// The whole application is loaded anew for each file: a busy computer needs its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });

const dialog = async (name: string | RegExp) => within(await screen.findByRole("dialog", { name }));

describe("tags", () => {
  it("s1.3: are listed with how many customers have each", async () => {
    const { fake } = await renderScreen("/tags", { fake: { customers: 200 } });
    const has = fake.store.customers.filter((one) => one.values.tags === "tag-1").length;
    expect(has).toBeGreaterThan(0);
    expect(await screen.findByRole("row", { name: new RegExp(`^重点客户 ${has} `) })).toBeTruthy();
  });

  it("s1.3: are made with a name and a colour", async () => {
    const { user, fake } = await renderScreen("/tags");
    await screen.findByText("重点客户");
    await user.keyboard("n");
    const form = await dialog("新建标签");
    expect(document.activeElement).toBe(form.getByLabelText("名称"));
    await user.keyboard("理财到期");
    fireEvent.click(form.getByRole("radio", { name: "橙" }));
    await user.type(form.getByLabelText("名称"), "{Enter}");
    expect(await screen.findByText("标签“理财到期”已新建")).toBeTruthy();
    expect(fake.store.tags.at(-1)).toMatchObject({ name: "理财到期", colour: "orange" });
    expect(await screen.findByRole("row", { name: /^理财到期 0 待同步/ })).toBeTruthy();
  });

  it("s1.3: refuse an empty name and one that exists, under the field", async () => {
    const { user } = await renderScreen("/tags");
    await screen.findByText("重点客户");
    await user.keyboard("n");
    const form = await dialog("新建标签");
    fireEvent.click(form.getByRole("button", { name: "保存" }));
    expect(await form.findByText("请填写此项。")).toBeTruthy();
    await user.type(form.getByLabelText("名称"), "房贷{Enter}");
    expect(await form.findByText("名称已存在，请换一个。")).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(form.getByLabelText("名称")));
  });

  it("s1.3: are renamed, and the old name comes back on undo", async () => {
    const { user, fake } = await renderScreen("/tags");
    fireEvent.click(await screen.findByRole("button", { name: "编辑标签“房贷”" }));
    const form = await dialog("编辑标签");
    await user.clear(form.getByLabelText("名称"));
    await user.type(form.getByLabelText("名称"), "按揭{Enter}");
    expect(await screen.findByText("标签“按揭”已保存")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: /撤销/, hidden: true }));
    await waitFor(() => expect(fake.store.tags[2]).toMatchObject({ name: "房贷", colour: "teal" }));
  });

  it("s1.3: are deleted after a question that tells how many customers it touches", async () => {
    const { user, fake } = await renderScreen("/tags", { fake: { customers: 200 } });
    const has = fake.store.customers.filter((one) => one.values.tags === "tag-1").length;
    await screen.findByText("重点客户");
    await user.keyboard("{Delete}");
    const asked = await dialog("删除标签“重点客户”？");
    expect(asked.getByText(`将从 ${has} 位客户身上取下，不会删除客户。此操作不能撤销。`)).toBeTruthy();
    fireEvent.click(asked.getByRole("button", { name: /删除$/ }));
    await waitFor(() => expect(screen.queryByRole("row", { name: /^重点客户/ })).toBeNull());
    expect(fake.store.customers.some((one) => one.values.tags === "tag-1")).toBe(false);
  });

  it("s1.3: can be read, not changed, without the right", async () => {
    const { user } = await renderScreen("/tags", { fake: { role: "staff" } });
    await screen.findByText("重点客户");
    for (const name of [/新建标签/, /编辑标签/, /删除标签/]) expect(screen.queryByRole("button", { name })).toBeNull();
    await user.keyboard("n{Delete}e{Enter}");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("have no mark of the server while the computer works alone", async () => {
    await renderScreen("/tags", { fake: { joined: false } });
    await screen.findByText("重点客户");
    expect(screen.queryByRole("columnheader", { name: /同步状态/ })).toBeNull();
  });

  it("begin with what they are for", async () => {
    const { fake, client } = await renderScreen("/tags");
    fake.store.tags = [];
    await client.resetQueries({ queryKey: ["tags"] });
    expect(await screen.findByRole("heading", { name: "还没有标签" })).toBeTruthy();
    expect(screen.getAllByRole("button", { name: "新建标签" }).length).toBe(2);
  });

  it("tell a failure with its code and try again", async () => {
    const { fake, client } = await renderScreen("/tags");
    fake.override("tags_list", () => {
      throw new CommandError({ code: "internal", trace_id: "7f3a" });
    });
    await client.resetQueries({ queryKey: ["tags"] });
    expect(await screen.findByText(/7f3a/)).toBeTruthy();
  });
});
