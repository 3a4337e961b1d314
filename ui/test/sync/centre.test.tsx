import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { groupConflicts, isSettled } from "../../src/features/sync/conflicts";
import { CommandError } from "../../src/ipc/backend";
import type { ConflictView, SettleConflict } from "../../src/ipc/contract";
import { makeFake } from "../../src/ipc/fake";
import { renderScreen } from "../render";

// The whole application is loaded anew for each file: a busy computer needs its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });

const press = (name: string | RegExp): void => void fireEvent.click(screen.getByRole("button", { name }));
const tab = (name: RegExp): void => void fireEvent.click(screen.getByRole("tab", { name }));

const conflict = (more: Partial<ConflictView> = {}): ConflictView => ({
  change: "change-1",
  entity: "customers",
  customer: "customer-12",
  customer_name: "示例客户",
  field: "mobile",
  base: "138****1111",
  mine: "138****2222",
  theirs: "138****3333",
  mine_at: Date.parse("2026-11-24T01:31:00Z"),
  theirs_by: "示例同事",
  theirs_at: Date.parse("2026-11-24T02:10:00Z"),
  ...more,
});

/** The sync centre with these conflicts, and what was chosen. */
async function settling(conflicts: ConflictView[]) {
  let left = conflicts;
  const settled: SettleConflict[] = [];
  const rendered = await renderScreen("/help", { fake: { customers: 0 } });
  rendered.fake.override("sync_state", () => ({ ...rendered.fake.store.sync, conflicts: left.length }));
  rendered.fake.override("sync_queue", () => ({ pending: [], refused: [], conflicts: left }));
  rendered.fake.override("sync_settle", (input) => {
    settled.push(input);
    left = left.filter((one) => one.change !== input.change);
    rendered.fake.emit("sync", null);
    return null;
  });
  rendered.fake.emit("sync", null);
  await rendered.user.keyboard("gk");
  await screen.findByRole("heading", { name: "冲突" });
  return { ...rendered, settled };
}

describe("the state", () => {
  it("x33: tells the server, the last success, and how much waits or needs the user", async () => {
    await renderScreen("/sync", { fake: { customers: 20, now: () => Date.parse("2026-11-25T02:00:00Z") } });
    const card = within(await screen.findByRole("region", { name: "同步状态" }));
    expect(card.getByText("已连接服务器")).toBeTruthy();
    const figures = card.getAllByRole("definition").map((one) => one.textContent);
    expect(figures[0]).toBe("示例银行");
    expect(figures[1]).toMatch(/^2026-11-25 \d\d:56$/);
    expect(figures.slice(2)).toEqual(["1", "2"]);
  });

  it("x33: syncs now; what waited is sent and the round is in the log", async () => {
    const { fake } = await renderScreen("/sync", { fake: { customers: 8 } });
    expect(await screen.findByRole("cell", { name: fake.store.customers[5]?.values.name ?? "" })).toBeTruthy();
    press("立即同步");
    expect(await screen.findByText("没有待同步的修改")).toBeTruthy();
    tab(/同步记录/);
    expect(await screen.findByRole("row", { name: /0\.6 秒 1 0 成功/ })).toBeTruthy();
  });

  it("x33: offline it is calm, says that nothing is lost, and a try tells why it failed", async () => {
    await renderScreen("/sync", { fake: { customers: 8, online: false } });
    expect(await screen.findByRole("heading", { name: "离线" })).toBeTruthy();
    expect(screen.getByText(/不会丢失/)).toBeTruthy();
    press("立即同步");
    expect(await screen.findByText("连不上服务器。可以继续工作，网络恢复后会自动同步。")).toBeTruthy();
  });

  it("x33: shows how far a first sync is, and a clock that is wrong", async () => {
    const { fake } = await renderScreen("/sync", { fake: { customers: 8 } });
    fake.store.sync = { ...fake.store.sync, state: "running", progress: [1200, 5000], clock_ahead_ms: 300_000 };
    fake.emit("sync", null);
    expect(await screen.findByText("已接收 1,200 / 5,000")).toBeTruthy();
    expect(screen.getByText(/本机时钟比服务器快 5/)).toBeTruthy();
  });

  it("joins a server later: shows whose it is, then asks who", async () => {
    const { user, fake } = await renderScreen("/sync", { fake: { customers: 8, joined: false } });
    expect(screen.queryByRole("button", { name: "立即同步" })).toBeNull();
    fireEvent.click(await screen.findByRole("button", { name: "接入服务器" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("服务器地址"), "https://crm.example.com{Enter}");
    expect(await dialog.findByText("示例银行")).toBeTruthy();
    await user.type(dialog.getByLabelText("用户名"), "rm0001");
    await user.type(dialog.getByLabelText("密码"), "Langqiao-2026{Enter}");
    expect(await screen.findByRole("heading", { name: "已连接服务器" })).toBeTruthy();
    expect(fake.store.session.server).toBe("https://crm.example.com");
  });

  it("signs in again without leaving when the server's session ended", async () => {
    const { user } = await renderScreen("/sync", { fake: { customers: 8, state: "sign_in_needed" } });
    fireEvent.click(await screen.findByRole("button", { name: "重新登录" }));
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByLabelText("密码"), "Langqiao-2026{Enter}");
    expect(await screen.findByRole("heading", { name: "已连接服务器" })).toBeTruthy();
  });

  it("tells a failure with its code and tries again", async () => {
    const { fake, client } = await renderScreen("/sync", { fake: { customers: 8 } });
    const works = makeFake({ customers: 0 });
    fake.override("sync_queue", () => {
      throw new CommandError({ code: "internal", trace_id: "7f3a" });
    });
    await client.resetQueries({ queryKey: ["sync", "queue"] });
    expect(await screen.findByText(/7f3a/)).toBeTruthy();
    fake.override("sync_queue", () => works.call("sync_queue", null) as never);
    press("重试");
    expect(await screen.findByText("没有待同步的修改")).toBeTruthy();
  });
});

describe("conflicts", () => {
  it("x33: shows base, mine and theirs with who and when, and keeps what is chosen", async () => {
    const { user, settled } = await settling([conflict()]);
    await user.keyboard("c");
    const dialog = within(await screen.findByRole("dialog", { name: /示例客户/ }));
    for (const value of ["138****1111", "138****2222", "138****3333"]) expect(dialog.getByText(value)).toBeTruthy();
    expect(dialog.getByRole("radio", { name: /^对方 138\*{4}3333 示例同事 2026-11-24 \d\d:10$/ })).toBeTruthy();
    expect(dialog.getByRole("radio", { name: /^我的 138\*{4}2222 您在本机修改 2026-11-24 \d\d:31$/ })).toBeTruthy();
    const save = dialog.getByRole<HTMLButtonElement>("button", { name: "保存" });
    expect(save.disabled).toBe(true);
    fireEvent.click(dialog.getByRole("radio", { name: /对方/ }));
    fireEvent.click(save);
    await waitFor(() => expect(settled).toEqual([{ change: "change-1", choices: { mobile: { kind: "theirs" } } }]));
    expect(await screen.findByText("没有待同步的修改")).toBeTruthy();
  });

  it("x33: another value can be typed; one that is refused is told and can be mended", async () => {
    const { user, fake, settled } = await settling([conflict()]);
    const keep = settled.push.bind(settled);
    fake.override("sync_settle", (input) => {
      const choice = input.choices.mobile;
      if (choice?.kind === "typed" && choice.text.startsWith("128")) throw new CommandError({ code: "mobile_prefix", field: "mobile" });
      keep(input);
      return null;
    });
    press(/选择/);
    const dialog = within(await screen.findByRole("dialog"));
    const typed = dialog.getByRole("textbox", { name: "填写另一个值" });
    await user.type(typed, "12812345678{Enter}");
    expect(await dialog.findByText("没有这个号段，请核对手机号前三位。")).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(typed));
    await user.clear(typed);
    await user.type(typed, "13812345678{Enter}");
    await waitFor(() => expect(settled).toEqual([{ change: "change-1", choices: { mobile: { kind: "typed", text: "13812345678" } } }]));
  });

  it("x33: fields of one change are settled together, and the next change follows in the same dialog", async () => {
    const { settled } = await settling([
      conflict(),
      conflict({ field: "address", base: null, mine: "示例路 1 号", theirs: "示例路 2 号" }),
      conflict({ change: "change-2", customer_name: "另一位", field: "risk_grade", base: "C2", mine: "C3", theirs: "C4" }),
    ]);
    fireEvent.click(screen.getByRole("button", { name: "选择：示例客户 的冲突" }));
    const dialog = within(await screen.findByRole("dialog", { name: /示例客户（1\/2）/ }));
    const save = dialog.getByRole<HTMLButtonElement>("button", { name: "保存并处理下一项" });
    fireEvent.click(within(dialog.getByRole("group", { name: "手机" })).getByRole("radio", { name: /我的/ }));
    expect(save.disabled).toBe(true);
    fireEvent.click(within(dialog.getByRole("group", { name: "详细地址" })).getByRole("radio", { name: /对方/ }));
    fireEvent.click(save);
    const next = within(await screen.findByRole("dialog", { name: /另一位/ }));
    expect(settled).toEqual([{ change: "change-1", choices: { mobile: { kind: "mine" }, address: { kind: "theirs" } } }]);
    expect(next.getByText("C3 平衡型")).toBeTruthy();
  });

  it("x33: a customer that somebody else deleted can be kept or let go, nothing can be typed", async () => {
    const { settled } = await settling([conflict({ field: "deleted", base: null, mine: null, theirs: null })]);
    press(/选择/);
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.queryByRole("textbox")).toBeNull();
    fireEvent.click(dialog.getByRole("radio", { name: /保留客户和我的修改/ }));
    fireEvent.click(dialog.getByRole("button", { name: "保存" }));
    await waitFor(() => expect(settled).toEqual([{ change: "change-1", choices: { deleted: { kind: "mine" } } }]));
  });

  it.each([
    ["division", "110105", "310115005", "北京市 市辖区 朝阳区", "上海市 市辖区 浦东新区 潍坊新村街道"],
    ["income", "12345678", "20000000", "123,456.78 元", "200,000.00 元"],
    ["owner", "user-1", "user-2", "示例经理", "示例同事"],
    ["branch", "branch-1", "branch-x", "示例支行营业部", "branch-x"],
    ["tags", "tag-1 tag-3", "tag-2", "重点客户、房贷", "代发工资"],
    ["risk_grade", "C1", "C5", "C1 保守型", "C5 进取型"],
    ["gender", "male", "female", "男", "女"],
    ["document_expiry", "long_term", "2031-05-06", "长期", "2031-05-06"],
    ["mobile", "13812341234", "138****5678", "138 1234 1234", "138****5678"],
    ["occupation", "", "教师", "（空）", "教师"],
  ])(
    "x33: show %s as the page of the customer does, on the card and in the dialog",
    async (field, mine, theirs, shownMine, shownTheirs) => {
      const { user } = await settling([conflict({ field, base: null, mine, theirs })]);
      expect(await screen.findByText(`我的：${shownMine}`)).toBeTruthy();
      expect(screen.getByText(`对方：${shownTheirs}`)).toBeTruthy();
      await user.keyboard("c");
      const dialog = within(await screen.findByRole("dialog"));
      await dialog.findAllByRole("radio");
      const sides = [...document.querySelectorAll(".lq-sync-value")].map((one) => one.textContent);
      expect(sides).toEqual(["（空）", shownMine, shownTheirs]);
    },
  );

  it("x33: somebody unknown is told as such, with the time when there is one", async () => {
    const { user } = await settling([conflict({ theirs_by: null }), conflict({ field: "email", theirs_by: null, theirs_at: null })]);
    await user.keyboard("c");
    const dialog = within(await screen.findByRole("dialog"));
    const theirs = (group: string) => within(dialog.getByRole("group", { name: group })).getByRole("radio", { name: /^对方/ });
    expect((theirs("手机") as HTMLInputElement).labels?.[0]?.textContent).toMatch(/其他人 2026-11-24 \d\d:10$/);
    expect((theirs("邮箱") as HTMLInputElement).labels?.[0]?.textContent?.trim()).toMatch(/其他人$/);
  });

  it("x33: another choice is taken from the list of words, and what has to be chosen elsewhere can't be typed", async () => {
    const { user, settled } = await settling([
      conflict({ field: "risk_grade", base: "C2", mine: "C3", theirs: "C4" }),
      conflict({ field: "division", base: null, mine: "110105", theirs: "31" }),
    ]);
    await user.keyboard("c");
    const dialog = within(await screen.findByRole("dialog"));
    const place = within(dialog.getByRole("group", { name: "所在地区" }));
    expect(place.queryByRole("textbox")).toBeNull();
    expect(place.getAllByRole("radio")).toHaveLength(2);
    await user.click(place.getByRole("radio", { name: /对方/ }));
    const grade = within(dialog.getByRole("group", { name: "风险等级" }));
    await user.click(grade.getByRole("combobox", { name: "填写另一个值" }));
    await user.click(await screen.findByTitle("C5 进取型"));
    await user.click(dialog.getByRole("button", { name: "保存" }));
    await waitFor(() => expect(settled[0]?.choices).toEqual({ risk_grade: { kind: "typed", text: "C5" }, division: { kind: "theirs" } }));
  });

  it("x33: of a tag lead to the tags, with its colour in words", async () => {
    const { user } = await settling([
      conflict({ entity: "tags", customer: "tag-3", customer_name: "房贷", field: "colour", base: "teal", mine: "blue", theirs: "red" }),
      conflict({ entity: "tags", customer: "tag-3", customer_name: "房贷", field: "deleted", base: null, mine: null, theirs: null }),
    ]);
    expect(await screen.findByText("我的：蓝")).toBeTruthy();
    expect(screen.getByText("对方：删除该标签")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "房贷" }));
    expect(await screen.findByRole("heading", { level: 1, name: "标签" })).toBeTruthy();
    await waitFor(() =>
      expect(screen.getByRole("grid").getAttribute("aria-activedescendant")).toBe(screen.getByRole("row", { name: /^房贷/ }).id),
    );
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("are grouped by change, and settled when each field has a choice", () => {
    const [group, ...more] = groupConflicts([conflict(), conflict({ field: "address" })]);
    expect(more).toEqual([]);
    if (!group) throw new Error("no group");
    expect(isSettled(group, { mobile: { kind: "mine" } })).toBe(false);
    expect(isSettled(group, { mobile: { kind: "mine" }, address: { kind: "typed", text: "  " } })).toBe(false);
    expect(isSettled(group, { mobile: { kind: "mine" }, address: { kind: "typed", text: "x" } })).toBe(true);
  });
});

describe("refused changes", () => {
  it("x33: of a tag lead to the tags, and to its dialog to be corrected", async () => {
    const { fake } = await renderScreen("/help", { fake: { customers: 9 } });
    const typed = { name: "房贷" };
    const refused = { change: "refused-tag", code: "name_taken", field: "name", typed, made_at: 0 } as const;
    fake.store.refused = [{ ...refused, entity: "tags", customer: null, name: "房贷", fields: ["name"], refused }];
    fireEvent.click(screen.getByRole("link", { name: "同步中心" }));
    fireEvent.click(await screen.findByRole("button", { name: "改正 房贷 的修改" }));
    const dialog = within(await screen.findByRole("dialog", { name: "编辑标签" }));
    expect(dialog.getByLabelText<HTMLInputElement>("名称").value).toBe("房贷");
    expect(screen.getByRole("heading", { level: 1, name: "标签", hidden: true })).toBeTruthy();
  });

  it("x33: tell what was typed as the page of the customer does", async () => {
    const { fake } = await renderScreen("/help", { fake: { customers: 9 } });
    const [one] = fake.store.refused;
    if (!one?.refused) throw new Error("nothing refused");
    one.refused.typed = { division: "310115005", income: "100" };
    fireEvent.click(screen.getByRole("link", { name: "同步中心" }));
    expect(await screen.findByText("您填写的内容：上海市 市辖区 浦东新区 潍坊新村街道")).toBeTruthy();
    expect(screen.getByText("您填写的内容：1.00 元")).toBeTruthy();
  });

  it("x33: show the reason and what was typed, and can be sent again", async () => {
    const { fake } = await renderScreen("/sync", { fake: { customers: 9 } });
    expect(await screen.findByText("没有这个号段，请核对手机号前三位。")).toBeTruthy();
    expect(screen.getByText("您填写的内容：128****5678")).toBeTruthy();
    press(/^重新发送/);
    expect(await screen.findByText("已放回待同步")).toBeTruthy();
    expect(fake.store.customers[8]?.sync).toBe("pending");
    await waitFor(() => expect(screen.queryByText("您填写的内容：128****5678")).toBeNull());
  });

  it("x33: are dropped only after a question", async () => {
    const { fake } = await renderScreen("/sync", { fake: { customers: 9 } });
    fireEvent.click(await screen.findByRole("button", { name: /^放弃/ }));
    const dialog = within(await screen.findByRole("dialog", { name: "放弃这项修改？" }));
    expect(fake.store.refused.length).toBe(1);
    fireEvent.click(dialog.getByRole("button", { name: "放弃" }));
    await waitFor(() => expect(fake.store.refused.length).toBe(0));
  });

  it("x33: lead to the customer, to be corrected", async () => {
    await renderScreen("/sync", { fake: { customers: 9 } });
    fireEvent.click(await screen.findByRole("button", { name: /^改正/ }));
    expect(await screen.findByRole("heading", { level: 1, name: /编辑/ })).toBeTruthy();
  });
});
