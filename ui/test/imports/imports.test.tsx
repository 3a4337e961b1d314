import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { forgetDraft } from "../../src/features/imports/draft";
import { countTargets, problemsOf, targetOf, targetsOf, wordOf } from "../../src/features/imports/mapping";
import { CommandError } from "../../src/ipc/backend";
import type { FileView } from "../../src/ipc/contract";
import { type Rendered, renderScreen } from "../render";

const FAKE = { customers: 20, jobStepMs: 5 };
const LONG = { timeout: 15_000 };
const path = () => screen.getByRole("textbox", { name: "文件位置" });
const button = (name: string | RegExp) => screen.findByRole("button", { name }, LONG);
/** The way on, apart from the step of the same name. */
const next = () =>
  within(document.querySelector<HTMLElement>(".lq-page-actions") as HTMLElement).getByRole("button", { name: /^(下一步|检查)$/ });
const figure = (name: string) => screen.getByText(name, { selector: "dt" }).nextElementSibling?.firstChild?.textContent;

beforeEach(forgetDraft);

/** Opens the screen and reads a file by its path, as it is typed. */
async function withFile(at = "/home/user/list.csv", fake = FAKE): Promise<Rendered> {
  const rendered = await renderScreen("/imports", { fake });
  await rendered.user.type(path(), `${at}{Enter}`);
  return rendered;
}

/** Further to the check's result. */
async function checked(): Promise<Rendered> {
  const rendered = await withFile();
  await screen.findByText("40 行", undefined, LONG);
  await rendered.user.keyboard("{Control>}{Enter}{/Control}");
  await screen.findByRole("combobox", { name: "“姓名”对应到" }, LONG);
  await rendered.user.keyboard("{Control>}{Enter}{/Control}");
  await screen.findByRole("region", { name: "检查结果" }, LONG);
  return rendered;
}

describe("a file", () => {
  it("x1: shows encoding, delimiter, row count and sample of a typed path", async () => {
    await withFile();
    expect(await screen.findByText("40 行", undefined, LONG)).toBeTruthy();
    expect(screen.getByText("GB18030（GBK）")).toBeTruthy();
    expect(screen.getByText("逗号")).toBeTruthy();
    expect(screen.getByRole("cell", { name: "示例甲" })).toBeTruthy();
    expect(screen.getByRole("switch", { name: "首行是列名" }).getAttribute("aria-checked")).toBe("true");
  });

  it("x1: is read again in the encoding the user chooses", async () => {
    const { user } = await withFile();
    await screen.findByRole("cell", { name: "示例甲" }, LONG);
    await user.click(screen.getByRole("combobox", { name: "编码" }));
    await user.click(await screen.findByText("UTF-8", { selector: ".ant-select-item-option-content" }));
    await waitFor(() => expect(screen.queryByRole("cell", { name: "示例甲" })).toBeNull());
  });

  it("is refused in place when it is of another kind or gone", async () => {
    const { user } = await withFile("/home/user/list.pdf");
    expect((await screen.findByRole("alert", undefined, LONG)).textContent).toBe("只支持 CSV 和 XLSX 文件。");
    await user.clear(path());
    await user.type(path(), "/home/user/missing.csv{Enter}");
    expect(await screen.findByText(/文件无法读取/)).toBeTruthy();
    expect((await button("下一步")).hasAttribute("disabled")).toBe(true);
  });

  it("x1: is read again when it is chosen again, for it may have changed", async () => {
    const { user, fake } = await withFile();
    await screen.findByText("40 行", undefined, LONG);
    const sample: string[][] = [];
    const columns = [{ name: "姓名", target: { kind: "field", field: "name" } as const }];
    const options = { encoding: "utf8", delimiter: ",", sheet: null, header: true } as const;
    fake.override("imports_inspect", () => ({
      name: "list.csv",
      format: "csv",
      options,
      sheets: [],
      columns,
      sample,
      rows: 41,
      remembered: false,
    }));
    await user.type(path(), "{Enter}");
    expect(await screen.findByText("41 行", undefined, LONG)).toBeTruthy();
  });

  it("can be chosen by the system's dialog, and shows the sheets of a workbook", async () => {
    const { user, fake } = await renderScreen("/imports", { fake: FAKE });
    fake.chooseFile = async () => "C:\\lists\\spring.xlsx";
    await user.click(await button("选择文件…"));
    expect(await screen.findByText("spring.xlsx", { selector: "strong" }, LONG)).toBeTruthy();
    expect(screen.getByText("名单")).toBeTruthy();
    expect(screen.queryByText("编码")).toBeNull();
  });

  it("can be dropped on the window", async () => {
    const { user, fake } = await renderScreen("/settings", { fake: FAKE });
    let drop: (paths: string[]) => void = () => undefined;
    fake.onFilesDropped = async (handler) => {
      drop = handler;
      return () => undefined;
    };
    await user.click(screen.getByRole("link", { name: "导入" }));
    await screen.findByRole("heading", { level: 1, name: "导入客户" }, LONG);
    act(() => drop(["/home/user/dropped.csv"]));
    expect(await screen.findByText("dropped.csv", { selector: "strong" }, LONG)).toBeTruthy();
  });
});

describe("the columns", () => {
  const file = (columns: FileView["columns"]): FileView => ({
    name: "a.csv",
    format: "csv",
    options: { encoding: "utf8", delimiter: ",", sheet: null, header: true },
    sheets: [],
    columns,
    sample: [],
    rows: 0,
    remembered: false,
  });
  const NAME = { kind: "field", field: "name" } as const;

  it("go where the guess or the user says", () => {
    const guessed = file([
      { name: "A", target: NAME },
      { name: "B", target: { kind: "extra" } },
    ]);
    const targets = targetsOf(guessed, { 1: { kind: "skip" } });
    expect(targets).toEqual([NAME, { kind: "skip" }]);
    expect(countTargets(targets, "field")).toBe(1);
    expect(targets.map(wordOf).map(targetOf)).toEqual(targets);
  });

  it("x1: need one name, and no field twice", () => {
    expect(problemsOf([{ kind: "extra" }])).toEqual([{ code: "mapping_name", columns: [] }]);
    expect(problemsOf([NAME, { kind: "skip" }, NAME])).toEqual([{ code: "mapping_twice", columns: [0, 2] }]);
    expect(problemsOf([NAME, { kind: "extra" }])).toEqual([]);
  });

  it("x1: tell a field that was chosen twice beside both columns, and do not go on", async () => {
    const { user } = await withFile();
    await user.click(next());
    expect(screen.getAllByText("自动识别").length).toBe(6);
    await user.click(await screen.findByRole("combobox", { name: "“工作单位”对应到" }, LONG));
    await user.click(await screen.findByText("姓名", { selector: ".ant-select-item-option-content" }));
    expect((await screen.findAllByText("有两列对应到同一个字段。", { selector: ".lq-pill" })).length).toBe(2);
    await user.click(next());
    expect(document.activeElement?.getAttribute("aria-label")).toBe("“姓名”对应到");
    expect(screen.queryByRole("region", { name: "检查结果" })).toBeNull();
  });

  it("x1: show that they were remembered from the last import", async () => {
    const { user, fake } = await renderScreen("/imports", { fake: FAKE });
    const counts = { rows: 1, new: 1, updated: 0, duplicates: 0, errors: 0 };
    fake.store.imports.push({ id: "import-1", name: "old.csv", at: 0, counts, undone_at: null });
    await user.type(path(), "/home/user/list.csv{Enter}");
    await screen.findByText("40 行", undefined, LONG);
    await user.click(next());
    expect((await screen.findAllByText("沿用上次")).length).toBe(7);
  });
});

describe("the check", () => {
  it("x1: counts new, updated, duplicate and wrong rows without changing anything, by keyboard alone", async () => {
    const { fake } = await checked();
    expect([figure("将新增"), figure("将更新"), figure("重复"), figure("错误")]).toEqual(["31", "0", "6", "3"]);
    expect(fake.store.customers.length).toBe(20);
    expect(fake.store.imports).toEqual([]);
  });

  it("x1: names row, column and cause of each wrong row, and saves them as a file", async () => {
    const { user, fake } = await checked();
    const saved: string[] = [];
    fake.override("imports_save_errors", (input) => {
      saved.push(input.path);
      return { path: input.path };
    });
    const rows = within(screen.getByRole("region", { name: "有错误的行" }))
      .getAllByRole("row")
      .slice(1);
    expect(rows.map((row) => row.textContent)[0]).toBe("9手机手机号应为 11 位。");
    expect(rows.length).toBe(3);
    await user.click(await button("保存错误文件"));
    await waitFor(() => expect(saved).toEqual(["/home/user/list-错误.csv"]));
    expect(await screen.findByText("已保存：/home/user/list-错误.csv")).toBeTruthy();
  });

  it("x1: is made again when existing customers are to be updated", async () => {
    const { user } = await checked();
    await user.click(screen.getByRole("radio", { name: /新增并更新/ }));
    await waitFor(() => expect(figure("将更新")).toBe("5"), LONG);
    expect(await button("导入 36 行")).toBeTruthy();
  });

  it("x1: tells a refused start in place", async () => {
    const { user, fake } = await withFile();
    await screen.findByText("40 行", undefined, LONG);
    fake.override("imports_start", () => {
      throw new CommandError({ code: "file_changed" });
    });
    await user.click(next());
    await user.click(next());
    expect(await screen.findByText("文件在检查之后又被改动，请重新选择。")).toBeTruthy();
  });
});

describe("the import", () => {
  async function imported(): Promise<Rendered> {
    const rendered = await checked();
    await rendered.user.keyboard("{Control>}{Enter}{/Control}");
    await screen.findByRole("region", { name: "导入结果" }, LONG);
    return rendered;
  }

  it("x1: runs what was checked and tells what came of it", async () => {
    const { fake } = await imported();
    expect(figure("新增")).toBe("31");
    expect(fake.store.customers.length).toBe(51);
    expect(await within(screen.getByRole("region", { name: "导入记录" })).findByText("list.csv")).toBeTruthy();
  });

  it("x1: is taken back as a whole after a question", async () => {
    const { user, fake } = await imported();
    await user.click(await button("撤回整批：list.csv"));
    const dialog = await screen.findByRole("dialog", { name: "撤回整批导入？" }, LONG);
    expect(dialog.textContent).toContain("31 位客户");
    await user.click(within(dialog).getByRole("button", { name: "撤回整批" }));
    expect(await screen.findByText(/移除 31/, undefined, LONG)).toBeTruthy();
    expect(await screen.findAllByText("已撤回")).toHaveLength(2);
    expect(screen.queryByRole("button", { name: "查看导入的客户" })).toBeNull();
    expect(fake.store.customers.filter((one) => !one.deleted).length).toBe(20);
  });

  it("x1: can be cancelled, and goes on from the check", async () => {
    const { user, fake } = await checked();
    fake.store.jobStepMs = 200;
    await user.keyboard("{Control>}{Enter}{/Control}");
    await user.click(await button("取消任务 导入客户"));
    expect(await screen.findByText(/已取消，没有改动任何资料/, undefined, LONG)).toBeTruthy();
    expect(fake.store.imports).toEqual([]);
    await user.click(await button("上一步"));
    expect(await button("导入 31 行")).toBeTruthy();
  });

  it("goes on while the user works elsewhere, and is found again on return", async () => {
    const { user, fake } = await checked();
    fake.store.jobStepMs = 30;
    await user.keyboard("{Control>}{Enter}{/Control}");
    await button("取消任务 导入客户");
    await user.click(screen.getByRole("link", { name: "设置" }));
    await screen.findByRole("heading", { level: 1, name: "设置" }, LONG);
    await user.click(screen.getByRole("link", { name: "导入" }));
    expect(await screen.findByRole("region", { name: "导入结果" }, LONG)).toBeTruthy();
  });

  it("is shown for a job that the address names", async () => {
    const { fake, user } = await imported();
    const job = fake.store.jobs.find((one) => one.kind === "import");
    forgetDraft();
    fireEvent.click(await button("后台任务 2"));
    await user.click((await screen.findAllByRole("button", { name: "查看结果" }))[0] as HTMLElement);
    expect(job?.state).toBe("done");
    expect(await screen.findByRole("region", { name: "导入结果" }, LONG)).toBeTruthy();
  });
});

it("s7.1: imports do not exist for who may not import", async () => {
  await renderScreen("/settings", { fake: { ...FAKE, role: "staff" } });
  expect(screen.queryByRole("link", { name: "导入" })).toBeNull();
});
