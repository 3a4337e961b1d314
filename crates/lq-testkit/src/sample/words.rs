//! Names, places and work, put together by chance.

use crate::random::Seeded;
use lq_domain::divisions;
use std::sync::OnceLock;

/// Frequent family names; those with a reading of their own stand among them on purpose.
const FAMILY: [&str; 48] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何",
    "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓",
    "许", "傅", "沈", "曾", "彭", "吕", "单", "仇", "解", "查", "任", "欧阳", "上官", "诸葛",
];
const MALE: [&str; 24] = [
    "伟", "强", "磊", "军", "勇", "杰", "涛", "明", "超", "刚", "平", "辉", "鹏", "建国", "志强", "浩然",
    "子轩", "宇航", "俊杰", "文博", "思远", "国栋", "天佑", "嘉诚",
];
const FEMALE: [&str; 24] = [
    "芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "秀英", "桂兰", "玉梅", "雨桐", "欣怡", "梓涵", "诗雨",
    "佳慧", "婉清", "思琪", "晓燕", "雅婷", "美玲", "若曦", "淑贞", "慧敏",
];
const OCCUPATIONS: [&str; 16] = [
    "教师",
    "医生",
    "护士",
    "工程师",
    "会计",
    "公务员",
    "个体工商户",
    "销售经理",
    "律师",
    "司机",
    "厨师",
    "程序员",
    "企业主",
    "设计师",
    "行政人员",
    "技术工人",
];
const STYLES: [&str; 20] = [
    "瑞丰", "华茂", "恒远", "中和", "博雅", "泰和", "新元", "东海", "云帆", "锦程", "德润", "启明", "天成",
    "鼎盛", "合力", "安泰", "青禾", "明德", "远航", "同心",
];
const TRADES: [&str; 12] = [
    "科技有限公司",
    "贸易有限公司",
    "建筑工程有限公司",
    "餐饮管理有限公司",
    "医疗器械有限公司",
    "物流有限公司",
    "文化传媒有限公司",
    "机械制造有限公司",
    "信息技术有限公司",
    "农业发展有限公司",
    "纺织品有限公司",
    "教育咨询有限公司",
];
const ROADS: [&str; 12] = [
    "解放路",
    "人民路",
    "中山路",
    "建国路",
    "文三路",
    "学院路",
    "和平路",
    "新华路",
    "长江路",
    "育才路",
    "滨江路",
    "湖滨路",
];

/// The city of the sample branch: 杭州.
const CITY: &str = "3301";

/// A person's name; for the same sex about 3,700 differ in one character or more.
pub(crate) fn person(male: bool, chance: &mut Seeded) -> String {
    let given = if male { &MALE } else { &FEMALE };
    let mut name = format!("{}{}", chance.pick(&FAMILY), chance.pick(given));
    if name.chars().count() == 2 && chance.chance(45) {
        name.push_str(chance.pick(&["", "华", "林", "玉", "东", "云"]));
    }
    name
}

pub(crate) fn occupation(chance: &mut Seeded) -> String {
    chance.pick(&OCCUPATIONS).to_owned()
}

/// A company's name; also what the sample's companies are called.
pub(crate) fn employer(chance: &mut Seeded) -> String {
    let (first, second) = (chance.pick(&STYLES), chance.pick(&STYLES));
    let joined =
        if first == second || chance.chance(50) { first.to_owned() } else { format!("{first}{second}") };
    format!("杭州{joined}{}", chance.pick(&TRADES))
}

/// A division of the branch's city, and a door in it.
pub(crate) fn address(chance: &mut Seeded) -> (String, String) {
    let road = chance.pick(&ROADS);
    let (house, block, unit, floor) =
        (chance.between(1, 998), chance.between(1, 28), chance.between(1, 4), chance.between(1, 32));
    let door = chance.between(1, 4);
    let line = format!("{road}{house}号{block}幢{unit}单元{floor}0{door}室");
    (chance.pick(streets()).to_owned(), line)
}

fn streets() -> &'static [&'static str] {
    static STREETS: OnceLock<Vec<&'static str>> = OnceLock::new();
    STREETS.get_or_init(|| {
        let areas = divisions::children(Some(CITY));
        areas.iter().flat_map(|area| divisions::children(Some(area.code))).map(|street| street.code).collect()
    })
}
