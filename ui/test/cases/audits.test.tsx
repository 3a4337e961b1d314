import { configure, fireEvent, screen, within } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { AuditRow } from "../../src/ipc/contract";
import { renderScreen } from "../render";

// The whole application is loaded anew for each file: a busy computer needs its time.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8000 });

const hidden = (name: string) => ({ name, hidden: true, old: null, new: null });

/** An entry as the server gives it to those who may know: that something was changed, not what stands there. */
const ENTRY: AuditRow = {
  branch: "branch-1",
  branch_name: "示例支行营业部",
  position: 7,
  at: Date.parse("2026-11-24T02:00:00Z"),
  made_at: Date.parse("2026-11-24T01:59:00Z"),
  user: "user-1",
  user_name: "示例经理",
  device: null,
  device_name: "",
  action: "create",
  entity: "cases",
  record: "case-1",
  record_name: "何杰杰",
  change: null,
  fields: ["customer", "name", "branch", "narrative", "state", "conclusion"].map(hidden),
  reason: null,
};

it("x36: an entry about a case is told in words, without what stands in the case", async () => {
  const { fake } = await renderScreen("/help", { fake: { role: "risk_officer" } });
  fake.override("audits_page", () => ({ rows: [ENTRY], next: null }));
  fireEvent.click(screen.getByRole("link", { name: "审计" }));
  const row = await screen.findByRole("row", { name: /新增 可疑交易个案 何杰杰 客户、姓名、所属机构、情况说明、状态、结论理由/ });
  fireEvent.doubleClick(row);
  const dialog = within(await screen.findByRole("dialog", { name: "新增" }));
  expect(dialog.getByRole("row", { name: /^情况说明 敏感内容.* 敏感内容/ })).toBeTruthy();
  expect(dialog.queryByRole("button", { name: "打开客户" })).toBeNull();
});
