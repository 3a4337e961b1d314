import type { FakeCase, FakeCustomer } from "./store";

/** A small seeded generator; the same number gives the same customers. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Surnames and given characters with their reading, enough to search by. */
const SURNAMES =
  "张zhang 王wang 李li 赵zhao 陈chen 刘liu 杨yang 黄huang 周zhou 吴wu 徐xu 孙sun 马ma 朱zhu 胡hu 林lin 郭guo 何he 单shan 曾zeng".split(" ");
const GIVEN =
  "伟wei 芳fang 娜na 敏min 静jing 丽li 强qiang 磊lei 军jun 洋yang 勇yong 艳yan 杰jie 娟juan 涛tao 明ming 超chao 秀xiu 霞xia 平ping 刚gang 桂gui 三san 子zi 涵han 雨yu 轩xuan".split(
    " ",
  );
const JOBS = ["教师", "医生", "公务员", "个体经营", "工程师", "会计", "退休", "企业管理"];
const SOURCES = ["counter", "referral", "payroll", "online"];

const split = (entry: string): [string, string] => [entry.slice(0, 1), entry.slice(1)];

/** Readings by name, for the stand-in's search. */
export const readings = new Map<string, string[]>();

export function makeCustomers(count: number, now: number): FakeCustomer[] {
  const random = seeded(20261124);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: count }, (_, index) => {
    const parts = [pick(SURNAMES), pick(GIVEN), ...(random() < 0.7 ? [pick(GIVEN)] : [])].map(split);
    const name = parts.map(([character]) => character).join("");
    readings.set(
      name,
      parts.map(([, reading]) => reading),
    );
    const year = 1950 + Math.floor(random() * 55);
    const month = String(1 + Math.floor(random() * 12)).padStart(2, "0");
    const day = String(1 + Math.floor(random() * 28)).padStart(2, "0");
    const tail = String(Math.floor(random() * 1e8)).padStart(8, "0");
    const made = now - Math.floor(random() * 900) * 86_400_000;
    const income = Math.floor(4 + random() * 80) * 10_000 * 100;
    const person = {
      id: `customer-${index + 1}`,
      revision: 1,
      values: {
        kind: "personal",
        name,
        gender: random() < 0.5 ? "male" : "female",
        birth_date: `${year}-${month}-${day}`,
        document_type: "resident_id",
        document_number: `110105${year}${month}${day}${tail.slice(0, 3)}X`,
        mobile: `138${tail}`,
        occupation: pick(JOBS),
        income: String(income),
        assets: String(Math.floor(random() * 500) * 1_000_000 + 1234_50),
        risk_grade: `C${1 + Math.floor(random() * 5)}`,
        source: pick(SOURCES),
        owner: "user-1",
        branch: "branch-1",
        ...(index % 3 !== 2 && { division: index % 3 === 0 ? "110105" : "310115005", address: `示例路${(index % 300) + 1}号` }),
        ...(index % 4 === 1 && { email: `c${index + 1}@example.com` }),
        tags: random() < 0.4 ? `tag-${1 + Math.floor(random() * 5)}` : "",
      },
      extra: {},
      sync: index % 97 === 5 ? "pending" : index % 501 === 11 ? "conflict" : "synced",
      created_at: made,
      updated_at: made + 3_600_000,
      deleted: false,
      history: [],
    } satisfies FakeCustomer;
    return index % 23 === 19 ? asCompany(person, parts) : person;
  });
}

/** A few customers are companies: no gender, no birthday, a social credit code. */
function asCompany(person: FakeCustomer, parts: readonly [string, string][]): FakeCustomer {
  const { gender: _g, birth_date: _b, occupation: _o, document_type: _t, document_number: number = "", ...values } = person.values;
  const name = `${parts.map(([character]) => character).join("")}贸易有限公司`;
  readings.set(name, [...parts.map(([, reading]) => reading), ..."mao yi you xian gong si".split(" ")]);
  return { ...person, values: { ...values, kind: "corporate", name, uscc: `91110105${number.slice(-10)}` } };
}

/** Which customer, how far, how it stands with the server, days since it was opened and last changed, what was seen, why it was concluded. */
type Story = [
  index: number,
  state: FakeCase["state"],
  sync: FakeCase["sync"],
  days: [number, number],
  narrative: string,
  conclusion?: string,
];

const STORIES: readonly Story[] = [
  [
    1,
    "open",
    "synced",
    [3, 0.2],
    "三天内从 14 个不同的个人账户转入，合计 86.4 万元，到账后十分钟内经手机银行分笔转出，余额接近零。与登记的职业和年收入不符。\n\n已调阅开户资料和交易明细，待了解资金来源。",
  ],
  [13, "open", "pending", [6, 0.1], "同一天收到三笔境外汇款，汇款人不同、附言相同，随即在柜台要求全部取现。"],
  [
    4,
    "dismissed",
    "conflict",
    [9, 1],
    "连续五个工作日在不同网点存入现金，每次 4.9 万元，刚好低于大额交易的起点。经办柜员反映由同一人陪同。",
    "经核实为其个体店铺的日常营业款，陪同人为店员。",
  ],
  [
    7,
    "reported",
    "synced",
    [40, 21],
    "账户休眠两年后突然启用，一周内收到多笔贸易公司汇款，附言为货款，客户无经营背景。",
    "客户不能说明资金来源，提供的合同与公开登记信息不符，符合地下钱庄过渡账户的特征。",
  ],
  [
    10,
    "dismissed",
    "synced",
    [65, 60],
    "一次性转入 120 万元后当日全部转出。",
    "为出售住房的房款，收款后归还他行按揭贷款。购房合同、完税凭证和还款记录已核对。",
  ],
];

/** Cases of a risk officer's device; of the last one the customer has gone since. */
export function makeCases(customers: readonly FakeCustomer[], now: number): FakeCase[] {
  const ago = (days: number): number => now - days * 86_400_000;
  const cases = STORIES.flatMap(([index, state, sync, [opened, changed], narrative, conclusion = null], at): FakeCase[] => {
    const customer = customers[index];
    if (!customer) return [];
    const about = { customer: customer.id, name: customer.values.name ?? "", branch: "branch-1", branch_name: "示例支行营业部" };
    const told = { state, narrative, conclusion, opened_at: ago(opened), updated_at: ago(changed), revision: 1, sync };
    return [{ id: `case-${at + 1}`, ...about, ...told }];
  });
  const reported = cases.find((one) => one.state === "reported");
  return reported
    ? [...cases, { ...reported, id: "case-gone", customer: "customer-gone", name: "慕容清", opened_at: ago(130), updated_at: ago(118) }]
    : cases;
}
