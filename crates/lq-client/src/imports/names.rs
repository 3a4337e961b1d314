//! What columns are called in Chinese and English files, and the words in their cells.

use crate::exports::labels;
use lq_domain::customers::Field;
use std::borrow::Cow;

/// A word of a choice, and what else it is called.
type Word = (&'static str, &'static [&'static str]);

/// Names in lower case without spaces and punctuation.
const NAMES: &[(Field, &[&str])] = &[
    (
        Field::Name,
        &[
            "姓名",
            "客户姓名",
            "客户名称",
            "客户名",
            "名称",
            "企业名称",
            "公司名称",
            "单位名称",
            "户名",
            "中文名",
            "name",
            "fullname",
            "customername",
            "clientname",
            "surname",
            "lastname",
            "companyname",
        ],
    ),
    (
        Field::Kind,
        &["客户类型", "客户类别", "类型", "对公对私", "kind", "customertype", "clienttype", "type"],
    ),
    (Field::Gender, &["性别", "客户性别", "gender", "sex"]),
    (Field::BirthDate, &["出生日期", "出生年月日", "生日", "birthdate", "birthday", "dateofbirth", "dob"]),
    (Field::DocumentType, &["证件类型", "证件种类", "documenttype", "idtype", "iddocument"]),
    (
        Field::DocumentNumber,
        &[
            "证件号码",
            "证件号",
            "身份证号码",
            "身份证号",
            "身份证",
            "documentnumber",
            "idnumber",
            "idcard",
            "idcardnumber",
            "idno",
        ],
    ),
    (
        Field::DocumentExpiry,
        &[
            "证件有效期",
            "证件到期日",
            "证件有效期至",
            "有效期至",
            "documentexpiry",
            "documentvaliduntil",
            "idexpiry",
        ],
    ),
    (
        Field::Uscc,
        &["统一社会信用代码", "社会信用代码", "信用代码", "uscc", "unifiedsocialcreditcode", "creditcode"],
    ),
    (
        Field::Mobile,
        &[
            "手机",
            "手机号",
            "手机号码",
            "移动电话",
            "联系手机",
            "联系电话",
            "电话",
            "mobile",
            "mobilenumber",
            "mobilephone",
            "cellphone",
            "phone",
            "phonenumber",
        ],
    ),
    (
        Field::Phones,
        &[
            "其他电话",
            "固定电话",
            "座机",
            "办公电话",
            "家庭电话",
            "phones",
            "otherphones",
            "telephone",
            "landline",
            "tel",
        ],
    ),
    (Field::Email, &["邮箱", "电子邮箱", "电子邮件", "邮件", "email", "emailaddress", "mail"]),
    (Field::Division, &["行政区划", "所在地区", "地区", "省市区", "所在地", "division", "region", "area"]),
    (
        Field::Address,
        &["地址", "联系地址", "通讯地址", "通信地址", "详细地址", "家庭住址", "住址", "address", "street"],
    ),
    (Field::Occupation, &["职业", "occupation", "profession"]),
    (Field::Employer, &["工作单位", "单位", "雇主", "employer"]),
    (
        Field::Income,
        &["年收入", "收入", "年收入元", "income", "annualincome", "incomeayear", "estimatedsalary", "salary"],
    ),
    (
        Field::Assets,
        &["资产", "总资产", "金融资产", "管理资产", "资产元", "资产规模", "aum", "assets", "balance"],
    ),
    (
        Field::RiskGrade,
        &["风险等级", "风险承受能力", "风险评级", "风险偏好", "riskgrade", "risklevel", "risktolerance"],
    ),
    (Field::Source, &["来源", "客户来源", "获客渠道", "source", "customersource"]),
    (Field::Tags, &["标签", "客户标签", "tags", "tag"]),
    (Field::Notes, &["备注", "说明", "notes", "note", "remark", "remarks", "comment", "comments"]),
];

const IDENTITY: [&str; 2] = ["id", "客户id"];
const ERROR_COLUMNS: [&str; 4] = ["行号", "原因", "row", "cause"];

/// Words of choices that neither our exports nor the domain know.
const WORDS: &[(Field, &[Word])] = &[
    (
        Field::Kind,
        &[
            ("personal", &["个人", "对私", "个人客户", "自然人", "零售", "individual", "person", "retail"]),
            (
                "corporate",
                &[
                    "企业",
                    "对公",
                    "公司",
                    "机构",
                    "单位",
                    "企业客户",
                    "公司客户",
                    "对公客户",
                    "company",
                    "business",
                ],
            ),
        ],
    ),
    (
        Field::Source,
        &[
            ("counter", &["柜面", "柜台", "网点", "到店", "branch", "walk-in"]),
            ("referral", &["转介", "推荐", "转介绍", "客户推荐", "老客户推荐", "他人介绍", "referred"]),
            ("campaign", &["活动", "营销活动", "campaigns", "event"]),
            ("online", &["线上", "网上", "网络", "手机银行", "网上银行", "web"]),
            ("visit", &["拜访", "外拓", "走访", "上门拜访", "上门", "visits"]),
            ("payroll", &["代发", "代发工资", "工资代发"]),
            ("import", &["导入", "批量导入", "数据导入", "imported"]),
            ("other", &["其他", "其它"]),
        ],
    ),
];

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The field that a column of this name is.
pub(super) fn field(name: &str) -> Option<Field> {
    let word = plain(name);
    let known = || NAMES.iter().find(|(_, names)| names.contains(&word.as_str())).map(|(field, _)| *field);
    let own = || Field::ALL.iter().copied().find(|field| plain(field.as_str()) == word);
    labels::field_of(name).or_else(known).or_else(own)
}

/// Whether a column of this name holds the customer's id.
pub(super) fn is_identity(name: &str) -> bool {
    labels::is_id(name) || IDENTITY.contains(&plain(name).as_str())
}

/// Whether an error file has a column of this name.
pub(super) fn is_error_column(name: &str) -> bool {
    ERROR_COLUMNS.contains(&plain(name).as_str())
}

/// A cell in the words that the domain reads.
pub(super) fn worded<'a>(field: Field, cell: &'a str) -> Cow<'a, str> {
    if let Some(word) = labels::word_of(field, cell) {
        return Cow::Borrowed(word);
    }
    let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == field) else {
        return Cow::Borrowed(cell);
    };
    let word = cell.trim().to_lowercase();
    let means = words.iter().find(|(_, others)| others.contains(&word.as_str()));
    means.map_or(Cow::Borrowed(cell), |(canonical, _)| Cow::Borrowed(*canonical))
}
