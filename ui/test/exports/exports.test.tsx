import { screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Gate } from "../../src/app/Gate";
import { makeTestRouter } from "../../src/app/router";
import { columnsOf, moved, readRequest } from "../../src/features/exports/request";
import { CommandError } from "../../src/ipc/backend";
import type { FieldView, StartExport } from "../../src/ipc/contract";
import { type Rendered, renderOver, renderScreen } from "../render";

const FAKE = { customers: 20, jobStepMs: 5 };
const LONG = { timeout: 15_000 };
const reason = () => screen.getByRole<HTMLInputElement>("textbox", { name: "用途" });
const place = () => screen.getByRole<HTMLInputElement>("textbox", { name: "保存位置" });
const field = (name: FieldView["field"], access: FieldView["access"] = "editable"): FieldView => ({
  field: name,
  shape: "line",
  kinds: "both",
  choices: [],
  access,
});

beforeEach(() => vi.useRealTimers());

/** The screen as the list opens it, and what it then asks the use case for. */
async function opened(search: Record<string, unknown> = {}): Promise<Rendered & { asked: StartExport[] }> {
  const address = new URLSearchParams(Object.entries(search).map(([key, value]) => [key, JSON.stringify(JSON.stringify(value))]));
  const rendered = await renderScreen(`/exports?${address}`, { fake: FAKE });
  const asked: StartExport[] = [];
  const call = rendered.fake.call;
  rendered.fake.call = (command, input) => {
    if (command === "exports_start") asked.push(input as StartExport);
    return call(command, input);
  };
  await waitFor(() => expect(place().value).not.toBe(""), LONG);
  return { ...rendered, asked };
}

describe("what the list hands over", () => {
  it("is read as text or as what the router made of it, and anything else means all customers", () => {
    const query = { text: "zs", filters: [], sort: null };
    expect(readRequest({ query: JSON.stringify(query), ids: '["a"]', columns: '["name"]' })).toEqual({
      query,
      ids: ["a"],
      columns: ["name"],
    });
    expect(readRequest({ query, ids: ["a"] })).toEqual({ query, ids: ["a"], columns: null });
    expect(readRequest({ query: "{", ids: [1], columns: 7 })).toEqual({ query: { ...query, text: "" }, ids: null, columns: null });
  });

  it("decides which columns are chosen and in which order", () => {
    const fields = [field("kind"), field("name"), field("mobile", "masked"), field("extra")];
    expect(columnsOf(fields, ["mobile", "age", "name"])).toEqual([
      { field: "mobile", chosen: true, masked: true },
      { field: "name", chosen: true, masked: false },
      { field: "kind", chosen: false, masked: false },
    ]);
    expect(columnsOf(fields, null).map((column) => [column.field, column.chosen])).toEqual([
      ["kind", true],
      ["name", true],
      ["mobile", true],
    ]);
  });

  it("moves a column by one place and not beyond the ends", () => {
    const columns = columnsOf([field("kind"), field("name")], null);
    expect(moved(columns, 0, 1).map((one) => one.field)).toEqual(["name", "kind"]);
    expect(moved(columns, 0, -1).map((one) => one.field)).toEqual(["kind", "name"]);
  });
});

describe("an export", () => {
  it("f2.2: takes a reason and one key from the list, and writes what the list showed", async () => {
    const { user, asked } = await opened({ query: { text: "", filters: [], sort: null }, columns: ["mobile", "name"] });
    expect(document.activeElement).toBe(reason());
    expect(screen.getByText("全部客户 · 20 位客户")).toBeTruthy();
    await user.keyboard("季度回访{Control>}{Enter}{/Control}");
    expect(await screen.findByRole("region", { name: "导出完成" }, LONG)).toBeTruthy();
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      columns: ["mobile", "name"],
      format: "csv",
      reason: "季度回访",
      ids: null,
      replace: false,
      language: "zh-CN",
    });
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "文件" }).value).toBe(asked[0]?.path);
    expect(document.activeElement?.textContent).toContain("复制路径");
  });

  it("f2.2: of selected customers has only these", async () => {
    const { user, asked } = await opened({ ids: ["customer-1", "customer-3"] });
    expect(screen.getByText("选中的客户 · 2 位客户")).toBeTruthy();
    await user.type(reason(), "核对");
    await user.click(screen.getByRole("button", { name: "导出 2 位客户" }));
    await waitFor(() => expect(asked[0]?.ids).toEqual(["customer-1", "customer-3"]));
  });

  it("f2.2: does not start without a reason, and puts the focus there", async () => {
    const { user, asked } = await opened();
    await user.click(place());
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect((await screen.findByRole("alert")).textContent).toBe("请填写原因。");
    expect(document.activeElement).toBe(reason());
    expect(asked).toEqual([]);
  });

  it("f2.2: offers GB18030 and XLSX, and the file's ending follows", async () => {
    const { user, asked } = await opened();
    await user.click(screen.getByRole("radio", { name: /^XLSX/ }));
    await waitFor(() => expect(place().value.endsWith(".xlsx")).toBe(true));
    await user.clear(place());
    await user.type(place(), "/data/list.xlsx");
    await user.click(screen.getByRole("radio", { name: /^CSV（GB18030）/ }));
    expect(place().value).toBe("/data/list.csv");
    await user.type(reason(), "旧系统");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(asked[0]).toMatchObject({ format: "csv_gb18030", path: "/data/list.csv" }));
  });

  it("x14: marks the columns that the file has masked", async () => {
    await opened();
    const row = (name: string) => screen.getByRole("checkbox", { name }).closest("li") as HTMLElement;
    expect(within(row("证件号码")).getByText("遮盖后导出")).toBeTruthy();
    expect(within(row("姓名")).queryByText("遮盖后导出")).toBeNull();
  });

  it("lets columns be left out and moved by keyboard, the focus going along", async () => {
    const { user, asked } = await opened({ columns: ["name", "gender", "email"] });
    await user.click(screen.getByRole("checkbox", { name: "邮箱" }));
    screen.getByRole("checkbox", { name: "性别" }).focus();
    await user.keyboard("{Alt>}{ArrowUp}{/Alt}");
    expect(document.activeElement).toBe(screen.getByRole("checkbox", { name: "性别" }));
    await user.type(reason(), "核对");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(asked[0]?.columns).toEqual(["gender", "name"]));
  });

  it("without a column can't be started and says so", async () => {
    const { user } = await opened();
    await user.click(screen.getByRole("button", { name: "全不选" }));
    expect(screen.getByText("请至少选择一列。")).toBeTruthy();
    expect(screen.getByRole("button", { name: /^导出 20/ }).hasAttribute("disabled")).toBe(true);
  });

  it("tells a file that can't be written beside its place", async () => {
    const { user, fake } = await opened();
    fake.override("exports_start", () => {
      throw new CommandError({ code: "file_unwritable", field: "path" });
    });
    await user.type(reason(), "核对");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByText(/文件无法写入/)).toBeTruthy();
    expect(document.activeElement).toBe(place());
  });

  it("can be cancelled and gone back to", async () => {
    const { user, fake } = await opened({ ids: ["customer-1"] });
    fake.store.jobStepMs = 300;
    await user.type(reason(), "核对");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await user.click(await screen.findByRole("button", { name: "取消任务 导出客户" }, LONG));
    await user.click(await screen.findByRole("button", { name: "返回修改" }, LONG));
    expect(reason()).toBeTruthy();
  });

  it("says when its result is gone", async () => {
    await renderScreen("/exports?job=job-9", { fake: FAKE });
    expect(await screen.findByText("任务结果已不在", undefined, LONG)).toBeTruthy();
  });
});

it("s7.1: exports do not exist for who may not export, even by address", async () => {
  await renderOver(<Gate router={makeTestRouter("/exports")} />, { ...FAKE, role: "staff" });
  expect(await screen.findByText(/导出客户/, { selector: ".lq-state-text" }, LONG)).toBeTruthy();
  expect(screen.queryByRole("textbox", { name: "用途" })).toBeNull();
});
