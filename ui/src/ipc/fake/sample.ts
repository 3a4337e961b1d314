import type { FakeCustomer } from "./store";

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
