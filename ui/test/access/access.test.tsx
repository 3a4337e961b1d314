import { configure, fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { renderScreen } from "../render";

// The whole application is loaded anew for each file: a busy computer needs its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });

const ask = async (user: Awaited<ReturnType<typeof renderScreen>>["user"], text: string): Promise<HTMLElement> => {
  const box = await screen.findByLabelText("客户姓名或号码");
  await user.clear(box);
  await user.type(box, text);
  await user.click(screen.getByRole("button", { name: "查询" }));
  return screen.getByRole("region", { name: "查一位客户" });
};

describe("what a role may do", () => {
  it("s7.1: names the scope, and a rule for each permission and field", async () => {
    await renderScreen("/access");
    expect(await screen.findByRole("region", { name: "我的角色：客户经理" })).toBeTruthy();
    expect(screen.getByText("角色的范围是自己管户的客户。")).toBeTruthy();
    const permissions = within(screen.getByRole("table", { name: "角色权限" }));
    expect(permissions.getByRole("row", { name: "修改客户 可以 您的角色办理客户业务。" })).toBeTruthy();
    expect(permissions.getByRole("row", { name: "调整管户 不可以 管户由网点负责人调整。" })).toBeTruthy();
    const fields = within(screen.getByRole("table", { name: "客户字段" }));
    const mobile = fields.getByRole("row", { name: /^手机 脱敏显示，可修改/ });
    expect(mobile.textContent).toContain("显示：敏感信息对所有人脱敏显示（JR/T 0171-2020）。");
    expect(mobile.textContent).toContain("查看全文：您的角色办理客户业务。");
    expect(fields.getByRole("row", { name: /^管户经理 完整显示，只读 .*修改：管户由网点负责人调整。/ })).toBeTruthy();
  });

  it("s7.1: staff is told why nothing can be changed, an administrator why there are no customers", async () => {
    const staff = await renderScreen("/access", { fake: { role: "staff" } });
    expect(await screen.findByText("包括：示例支行营业部")).toBeTruthy();
    const permissions = within(screen.getByRole("table", { name: "角色权限" }));
    expect(permissions.getByRole("row", { name: "修改客户 不可以 普通员工只查看，不修改。" })).toBeTruthy();
    staff.unmount();
    const { user } = await renderScreen("/access", { fake: { role: "administrator" } });
    expect(await screen.findByText("角色的范围内没有客户。")).toBeTruthy();
    expect(screen.queryByRole("table", { name: "客户字段" })).toBeNull();
    const region = await ask(user, "欧阳慕白");
    expect(await within(region).findByText("您的范围内没有这个姓名或号码的客户。角色的范围内没有客户。")).toBeTruthy();
  });
});

describe("cases", () => {
  it.each([
    ["risk_officer", "可以 风险合规处理可疑交易个案。"],
    ["manager", "不可以 可疑交易个案对外保密，只由风险合规处理（反洗钱法第三十五条）。"],
    ["relationship_manager", "不可以 可疑交易个案对外保密，只由风险合规处理（反洗钱法第三十五条）。"],
    ["staff", "不可以 可疑交易个案对外保密，只由风险合规处理（反洗钱法第三十五条）。"],
    ["administrator", "不可以 系统管理员不接触客户。"],
  ] as const)("x23: %s is told who works on them, and why", async (role, told) => {
    await renderScreen("/access", { fake: { role } });
    const permissions = within(await screen.findByRole("table", { name: "角色权限" }));
    expect(permissions.getByRole("row", { name: `处理可疑交易个案 ${told}` })).toBeTruthy();
  });

  it("s7.1: a risk officer checks, and does not work with customers", async () => {
    await renderScreen("/access", { fake: { role: "risk_officer" } });
    const permissions = within(await screen.findByRole("table", { name: "角色权限" }));
    expect(permissions.getByRole("row", { name: "修改客户 不可以 风险合规只检查，不办理客户业务。" })).toBeTruthy();
    expect(permissions.getByRole("row", { name: "查询审计 可以 风险合规负责检查，可以查看全文、导出和查询审计。" })).toBeTruthy();
  });
});

describe("a question about one customer", () => {
  it("s7.1: leads to the customer that is here, and says that another has not come yet", async () => {
    const { user, fake } = await renderScreen("/access");
    const known = fake.store.customers[0]?.values.name ?? "";
    const region = await ask(user, known);
    const link = await within(region).findAllByRole("link", { name: known });
    expect(link[0]?.getAttribute("href")).toContain("/customers/customer-1");
    expect(within(region).getAllByText("这位客户由您管户。").length).toBeGreaterThan(0);
    await ask(user, "欧阳慕白");
    expect(await within(region).findByText("这台电脑还没有收到这位客户，同步后可以打开。")).toBeTruthy();
    expect(within(region).queryByRole("link")).toBeNull();
  });

  it("f4.2: says of a colleague's customer the rule and nothing else, and of any other that there is none", async () => {
    const { user } = await renderScreen("/access");
    const region = await ask(user, "E12345678");
    expect(await within(region).findByText(/本网点有客户使用这个号码，但不在您的范围内。客户经理只能看到自己管户的客户/)).toBeTruthy();
    expect(within(region).queryByRole("listitem")).toBeNull();
    // The answer goes when the question changes.
    fireEvent.change(screen.getByLabelText("客户姓名或号码"), { target: { value: "司马青山" } });
    expect(within(region).queryByText(/本网点有客户/)).toBeNull();
    await user.click(screen.getByRole("button", { name: "查询" }));
    expect(await within(region).findByText("您的范围内没有这个姓名或号码的客户。角色的范围是自己管户的客户。")).toBeTruthy();
  });

  it("s7.1: without the server it says that only this computer was asked; without a text, that one is needed", async () => {
    const { user } = await renderScreen("/access", { fake: { online: false } });
    const region = await ask(user, "司马青山");
    expect(await within(region).findByText(/没有问到服务器，以上只是这台电脑已有的数据。/)).toBeTruthy();
    await ask(user, " ");
    expect(await within(region).findByText("请填写此项。")).toBeTruthy();
  });
});

describe("the customer's page", () => {
  it("s7.1: says why the customer is seen, and on demand what may be done with each field", async () => {
    const { user } = await renderScreen("/customers/customer-1", { fake: { role: "staff" } });
    const panel = within(await screen.findByRole("region", { name: "为何可见" }));
    expect(await panel.findByText("这位客户属于您所在的网点。")).toBeTruthy();
    expect(panel.queryByRole("table")).toBeNull();
    await user.click(panel.getByRole("button", { name: "逐项查看" }));
    const row = panel.getByRole("row", { name: "删除客户 不可以 普通员工只查看，不修改。" });
    expect(row).toBeTruthy();
    expect(panel.queryByRole("rowheader", { name: "统一社会信用代码" })).toBeNull();
    await user.click(panel.getByRole("button", { name: "收起" }));
    expect(panel.queryByRole("table")).toBeNull();
  });
});
