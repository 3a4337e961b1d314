import { act, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Gate } from "../../src/app/Gate";
import { makeTestRouter } from "../../src/app/router";
import { resetList, useList } from "../../src/features/customers/list/state";
import { columnsOf, moved, readRequest } from "../../src/features/exports/request";
import { CommandError } from "../../src/ipc/backend";
import type { FieldView, StartExport } from "../../src/ipc/contract";
import type { Selection } from "../../src/kit/grid/types";
import { forgetHandover, handOver } from "../../src/kit/handover";
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
  const address = new URLSearchParams(
    Object.entries(search).map(([key, value]) => [key, JSON.stringify(typeof value === "string" ? value : JSON.stringify(value))]),
  );
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
    expect(readRequest({ query: JSON.stringify(query), columns: '["name"]' })).toEqual({ query, ids: null, columns: ["name"] });
    expect(readRequest({ query })).toEqual({ query, ids: null, columns: null });
    expect(readRequest({ query: "{", columns: 7 })).toEqual({ query: { ...query, text: "" }, ids: null, columns: null });
  });

  it("f2.2: has picked customers in memory, by a name that is good once; without them it means nobody, never all", () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `customer-${index}`);
    const first = handOver(many);
    // The router makes a number of it.
    expect(readRequest({ picked: Number(first) }).ids).toEqual(many);
    const second = handOver(["a"]);
    expect(readRequest({ picked: first }).ids).toEqual([]);
    expect(readRequest({ picked: second }).ids).toEqual(["a"]);
    forgetHandover();
    expect(readRequest({ picked: second }).ids).toEqual([]);
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
    const { user, asked } = await opened({ picked: handOver(["customer-1", "customer-3"]) });
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
    const { user, fake } = await opened({ picked: handOver(["customer-1"]) });
    fake.store.jobStepMs = 300;
    await user.type(reason(), "核对");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await user.click(await screen.findByRole("button", { name: "取消任务 导出客户" }, LONG));
    await user.click(await screen.findByRole("button", { name: "返回修改" }, LONG));
    expect(reason()).toBeTruthy();
    expect(screen.getByText("选中的客户 · 1 位客户")).toBeTruthy();
  });

  it("f2.2: of picked customers that are no longer in memory exports nobody and leads back to the list", async () => {
    const { user } = await renderScreen("/exports?picked=7", { fake: FAKE });
    expect(await screen.findByText("选中的客户已不在", undefined, LONG)).toBeTruthy();
    expect(screen.getByRole("button", { name: /^导出 0/ }).hasAttribute("disabled")).toBe(true);
    await user.click(screen.getByRole("button", { name: "返回客户列表" }));
    await screen.findByRole("heading", { level: 1, name: "客户" });
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

describe("from the list", () => {
  const exported = async (rendered: Rendered): Promise<StartExport> => {
    const asked: StartExport[] = [];
    const call = rendered.fake.call;
    rendered.fake.call = (command, input) => {
      if (command === "exports_start") asked.push(input as StartExport);
      return call(command, input);
    };
    await rendered.user.keyboard("{Control>}{Shift>}e{/Shift}{/Control}");
    await waitFor(() => expect(place().value).not.toBe(""), LONG);
    await rendered.user.type(reason(), "核对");
    await rendered.user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(asked).toHaveLength(1), LONG);
    return asked[0] as StartExport;
  };
  const list = async (selection: Selection): Promise<Rendered> => {
    const rendered = await renderScreen("/customers", { fake: { ...FAKE, customers: 1200 } });
    await screen.findByText("共 1,200 位", undefined, LONG);
    act(() => useList.setState({ selection }));
    return rendered;
  };
  beforeEach(resetList);

  it("f2.2: all of the list go as its question, with no id named", async () => {
    const asked = await exported(await list({ all: true, ids: new Set() }));
    expect(asked).toMatchObject({ ids: null, query: { text: "", filters: [] } });
  });

  it("f2.2: picked customers go one by one, however many they are", async () => {
    const ids = Array.from({ length: 50_000 }, (_, index) => `customer-${index + 1}`);
    const asked = await exported(await list({ all: false, ids: new Set(ids) }));
    expect(asked.ids).toEqual(ids);
  });

  it("f2.2: all but some go without these", async () => {
    const asked = await exported(await list({ all: true, ids: new Set(["customer-2", "customer-1000"]) }));
    expect(asked.ids).toHaveLength(1198);
    expect(asked.ids).not.toContain("customer-2");
    expect(asked.ids).not.toContain("customer-1000");
  });
});
