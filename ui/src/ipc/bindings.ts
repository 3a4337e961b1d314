// Written by `cargo xtask bindings --write` from the Rust contract. Do not edit.

export type AccessOverview = { 
/**
 * The role.
 */
role: Role, 
/**
 * Whose customers it reaches.
 */
scope: Scope, 
/**
 * The names of the branches that it reaches, the user's own first; empty when the scope is not by branch.
 */
branches: Array<string>, 
/**
 * Each permission, given or not.
 */
permissions: Array<PermissionWhy>, 
/**
 * Each field of customers; empty for a role that reads none.
 */
fields: Array<FieldWhy>, };

export type AccountId = string;

export type AccountKind = "current" | "term" | "wealth" | "fund" | "insurance" | "loan" | "card";

export type AccountView = { 
/**
 * The account.
 */
id: AccountId, 
/**
 * What it is.
 */
kind: AccountKind, 
/**
 * Its number, masked.
 */
number: string, 
/**
 * What the product is called.
 */
product: string | null, 
/**
 * ISO 4217 code.
 */
currency: string, 
/**
 * What is in it; owed amounts are negative.
 */
balance: Money, 
/**
 * The day it was opened.
 */
opened_on: string | null, 
/**
 * The day it comes due.
 */
matures_on: string | null, 
/**
 * Percent a year.
 */
rate: string | null, 
/**
 * How many transactions the server has of it.
 */
transactions: number, 
/**
 * Whether it counts into AUM.
 */
counts: boolean, };

export type AccountsCurve = { 
/**
 * The customer.
 */
customer: CustomerId, 
/**
 * How many months back from today, 1 to 24.
 */
months: number, };

export type ApiError = { 
/**
 * What happened.
 */
code: ErrorCode, 
/**
 * The input field it is about.
 */
field?: string, 
/**
 * Figures for the wording, for example how many characters are allowed. Never what was typed.
 */
params?: { [key in string]: string }, 
/**
 * Names the event in the log.
 */
trace_id?: string, 
/**
 * Further fields with problems, when a form has several.
 */
fields?: Array<FieldError>, };

export type AuditField = { 
/**
 * Its name.
 */
name: string, 
/**
 * Whether its values are with the change only.
 */
hidden: boolean, 
/**
 * What it was.
 */
old: string | null, 
/**
 * What it is since.
 */
new: string | null, };

export type AuditPlace = { 
/**
 * When the server noted it.
 */
at: Timestamp, 
/**
 * Its place in the branch's chain.
 */
position: number, 
/**
 * The branch.
 */
branch: BranchId, };

export type AuditRow = { 
/**
 * The branch in whose chain it stands.
 */
branch: BranchId, 
/**
 * Its name.
 */
branch_name: string, 
/**
 * The place in the branch's chain.
 */
position: number, 
/**
 * When the server noted it.
 */
at: Timestamp, 
/**
 * When it was done, by the device's clock.
 */
made_at: Timestamp, 
/**
 * Who did it.
 */
user: UserId | null, 
/**
 * The name.
 */
user_name: string, 
/**
 * On which device.
 */
device: DeviceId | null, 
/**
 * What that device calls itself.
 */
device_name: string, 
/**
 * What was done.
 */
action: string, 
/**
 * The feature of the record.
 */
entity: string | null, 
/**
 * The record.
 */
record: string | null, 
/**
 * The name of a customer, tag, colleague or branch.
 */
record_name: string, 
/**
 * The change, which has the values of sensitive fields.
 */
change: ChangeId | null, 
/**
 * What was changed, or what is told of the deed.
 */
fields: Array<AuditField>, 
/**
 * Why.
 */
reason: string | null, };

export type AuditsPage = { 
/**
 * Who did it.
 */
user: UserId | null, 
/**
 * What was done, for example `update` or `customers_export`.
 */
action: string | null, 
/**
 * The record it was done to, for example a customer.
 */
record: string | null, 
/**
 * The device on which it was done.
 */
device: DeviceId | null, 
/**
 * The first day, in China.
 */
from: string | null, 
/**
 * The last day, in China.
 */
to: string | null, 
/**
 * Goes on behind this entry.
 */
after: AuditPlace | null, };

export type AuditsPageView = { 
/**
 * The entries.
 */
rows: Array<AuditRow>, 
/**
 * Behind which entry there may be more; nothing when these were the last.
 */
next: AuditPlace | null, };

export type BackupFile = { 
/**
 * Where it is.
 */
path: string, 
/**
 * Its name.
 */
name: string, 
/**
 * When it was made; unknown of a file that can't be read.
 */
made_at: Timestamp | null, 
/**
 * Its length.
 */
bytes: number, 
/**
 * Customers in it.
 */
customers: number, 
/**
 * Whether it was made on this device.
 */
own: boolean, 
/**
 * Whether it can be verified without a password.
 */
known: boolean, 
/**
 * When it was last proven.
 */
verified_at: Timestamp | null, 
/**
 * Why it can't be used.
 */
error: ErrorCode | null, };

export type BackupSchedule = { 
/**
 * How often.
 */
every: Every, 
/**
 * The folder.
 */
folder: string, 
/**
 * How many backups of this device stay there.
 */
keep: number, };

export type BackupsView = { 
/**
 * When there is one, and where.
 */
schedule: BackupSchedule, 
/**
 * When the last good one was made.
 */
last: Timestamp | null, 
/**
 * When the next one is due.
 */
next: Timestamp | null, 
/**
 * Whether one is missing that should be there.
 */
missed: boolean, 
/**
 * When an attempt failed after the last good one.
 */
failed_at: Timestamp | null, 
/**
 * Why it failed.
 */
failed: ErrorCode | null, 
/**
 * The backups in the folder, newest first.
 */
files: Array<BackupFile>, 
/**
 * Why the folder can't be read.
 */
folder_error: ErrorCode | null, };

export type BranchId = string;

export type BranchView = { 
/**
 * The branch.
 */
id: BranchId, 
/**
 * The name.
 */
name: string, 
/**
 * The branch above.
 */
parent: BranchId | null, };

export type CaseId = string;

export type CaseState = "open" | "reported" | "dismissed";

export type CaseView = { 
/**
 * The case.
 */
id: CaseId, 
/**
 * The customer that it is about.
 */
customer: CustomerId, 
/**
 * The customer's name when the case was opened.
 */
name: string, 
/**
 * Whether the customer is on this device and can be looked at.
 */
customer_here: boolean, 
/**
 * The customer's branch.
 */
branch: BranchId | null, 
/**
 * What the branch is called.
 */
branch_name: string, 
/**
 * How far it is.
 */
state: CaseState, 
/**
 * What was seen, and what was found out since.
 */
narrative: string, 
/**
 * Why it was concluded as it was.
 */
conclusion: string | null, 
/**
 * When it was opened.
 */
opened_at: Timestamp, 
/**
 * When it was last changed.
 */
updated_at: Timestamp, 
/**
 * The server's revision; 0 while the server has not heard of it.
 */
revision: number, 
/**
 * How it stands with the server.
 */
sync: SyncMark, };

export type ChangeId = string;

export type ChangePassword = { 
/**
 * The present one.
 */
old: string, 
/**
 * The new one.
 */
new: string, };

export type ChangeRef = { 
/**
 * The change.
 */
change: ChangeId, };

export type Channel = "form" | "import" | "undo" | "settle" | "api";

export type CheckCustomer = { 
/**
 * The customer being edited; none for a new one.
 */
id: CustomerId | null, 
/**
 * What was typed, by field.
 */
values: Partial<Record<Field, string>>, };

export type Choice = { "kind": "mine" } | { "kind": "theirs" } | { "kind": "typed", 
/**
 * What was typed.
 */
text: string, };

export type ColleagueView = { 
/**
 * The user.
 */
id: UserId, 
/**
 * The name.
 */
name: string, 
/**
 * The branch.
 */
branch: BranchId | null, };

export type ConflictView = { 
/**
 * The change that met another.
 */
change: ChangeId, 
/**
 * What kind of record it is about: a customer, or a tag.
 */
entity: Feature, 
/**
 * The customer, or the tag.
 */
customer: CustomerId, 
/**
 * What it is called.
 */
customer_name: string, 
/**
 * The field; `deleted` when the other side deleted the customer.
 */
field: string, 
/**
 * What the user had seen, masked where the class says so.
 */
base: string | null, 
/**
 * What the user entered.
 */
mine: string | null, 
/**
 * What the server has.
 */
theirs: string | null, 
/**
 * When the user entered it.
 */
mine_at: Timestamp, 
/**
 * Who changed it on the server, when known.
 */
theirs_by: string | null, 
/**
 * When the server's value was written, when known.
 */
theirs_at: Timestamp | null, };

export type CreateCustomer = { 
/**
 * What was typed, by field. Only the name is required.
 */
values: Partial<Record<Field, string>>, 
/**
 * Identifies the attempt: a repeated key adds nothing and answers with the first result.
 */
key: string, };

export type CreateStore = { 
/**
 * The user's name.
 */
name: string, 
/**
 * The login name.
 */
login: string, 
/**
 * The password.
 */
password: string, };

export type CreateTag = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its colour's word.
 */
colour: string, };

export type CurveDay = { 
/**
 * The day, `2026-11-24`.
 */
day: string, 
/**
 * AUM.
 */
assets: Money, };

export type CurveView = { 
/**
 * AUM at the end of each day, oldest first; the last is today.
 */
days: Array<CurveDay>, 
/**
 * AUM averaged over these days.
 */
average: Money, 
/**
 * When the server was last heard.
 */
as_of: Timestamp | null, };

export type CustomerAccess = { 
/**
 * The rule that lets the user see it.
 */
rule: Rule, 
/**
 * Each permission that is about one customer.
 */
permissions: Array<PermissionWhy>, 
/**
 * Each field that the customer can have.
 */
fields: Array<FieldWhy>, };

export type CustomerCheck = { 
/**
 * Problems by field.
 */
problems: Array<FieldError>, 
/**
 * Values that follow from what was typed: birth date and gender from a resident ID.
 */
derived: Partial<Record<Field, string>>, 
/**
 * Age in years, when the birth date is known.
 */
age: number | null, 
/**
 * The resident ID's area code is no longer in use.
 */
area_retired: boolean, 
/**
 * Customers with the same document, code, mobile, or name and birth date.
 */
duplicates: Array<DuplicateView>, };

export type CustomerFilter = { "kind": "one_of", 
/**
 * The field.
 */
field: Field, 
/**
 * The values.
 */
values: Array<string>, } | { "kind": "between", 
/**
 * The field.
 */
field: Field, 
/**
 * The least value.
 */
from: string | null, 
/**
 * The greatest value.
 */
to: string | null, } | { "kind": "age", 
/**
 * The least.
 */
from: number | null, 
/**
 * The greatest.
 */
to: number | null, } | { "kind": "tags", 
/**
 * The tags.
 */
tags: Array<TagId>, } | { "kind": "division", 
/**
 * The division's code.
 */
code: string, } | { "kind": "sync", 
/**
 * One of these.
 */
states: Array<SyncMark>, } | { "kind": "import", 
/**
 * The import.
 */
import: ImportId, };

export type CustomerHit = { 
/**
 * The customer.
 */
id: CustomerId, 
/**
 * `personal` or `corporate`.
 */
kind: string, 
/**
 * The name.
 */
name: string, 
/**
 * The mobile number, masked.
 */
mobile: string | null, 
/**
 * The document number or USCC, masked.
 */
number: string | null, 
/**
 * The owner's name.
 */
owner: string | null, 
/**
 * What matched.
 */
matched: Matched, };

export type CustomerId = string;

export type CustomerQuery = { 
/**
 * Words as typed into the search box; empty for all.
 */
text: string, 
/**
 * Conditions; all of them hold.
 */
filters: Array<CustomerFilter>, 
/**
 * Order; by name when absent.
 */
sort: CustomerSort | null, };

export type CustomerRef = { 
/**
 * The customer.
 */
id: CustomerId, };

export type CustomerRow = { 
/**
 * The customer.
 */
id: CustomerId, 
/**
 * Values by field; absent ones are missing.
 */
values: Partial<Record<Field, string>>, 
/**
 * For owner, branch and division: what to show instead of the code.
 */
labels: Partial<Record<Field, string>>, 
/**
 * Age in years today.
 */
age: number | null, 
/**
 * How the record stands with the server.
 */
sync: SyncMark, 
/**
 * When the record was made.
 */
created_at: Timestamp, 
/**
 * When the record was last changed.
 */
updated_at: Timestamp, };

export type CustomerSort = { 
/**
 * What to sort by.
 */
by: SortKey, 
/**
 * Greatest first.
 */
descending: boolean, };

export type CustomerView = { 
/**
 * The customer.
 */
id: CustomerId, 
/**
 * The revision that a later edit is based on.
 */
revision: number, 
/**
 * Canonical values, masked where the class says so.
 */
values: Partial<Record<Field, string>>, 
/**
 * For owner, branch and division: what to show instead of the code.
 */
labels: Partial<Record<Field, string>>, 
/**
 * Values of imported columns that have no field of their own, by column name.
 */
extra: { [key in string]: string }, 
/**
 * Age in years today.
 */
age: number | null, 
/**
 * The resident ID's area code is no longer in use.
 */
area_retired: boolean, 
/**
 * How the record stands with the server.
 */
sync: SyncMark, 
/**
 * Fields with changes that wait to be sent.
 */
pending: Array<Field>, 
/**
 * Changes the server refused, with what was typed.
 */
refused: Array<RefusedView>, 
/**
 * Fields that wait for a choice.
 */
conflicts: Array<ConflictView>, 
/**
 * Whether the user may change this customer.
 */
may_edit: boolean, 
/**
 * Whether the user may delete this customer.
 */
may_delete: boolean, 
/**
 * Whether the user may unmask fields.
 */
may_reveal: boolean, 
/**
 * When the record was made.
 */
created_at: Timestamp, 
/**
 * When the record was last changed.
 */
updated_at: Timestamp, };

export type CustomersPage = { 
/**
 * Which customers.
 */
query: CustomerQuery, 
/**
 * Fields to read.
 */
columns: Array<Field>, 
/**
 * Rows to skip.
 */
offset: number, 
/**
 * Rows wanted, at most 500.
 */
limit: number, };

export type CustomersPageView = { 
/**
 * How many customers the query has in all.
 */
total: number, 
/**
 * The window's rows.
 */
rows: Array<CustomerRow>, };

export type DeleteCustomers = { 
/**
 * The customers.
 */
ids: Array<CustomerId>, };

export type DeviceId = string;

export type DeviceRef = { 
/**
 * The device.
 */
id: DeviceId, };

export type DeviceRow = { 
/**
 * The device.
 */
device: DeviceView, 
/**
 * The user's name; empty when this workstation does not know it.
 */
user_name: string, 
/**
 * Whether it is this one.
 */
is_this: boolean, };

export type DeviceView = { 
/**
 * The device.
 */
id: DeviceId, 
/**
 * Whose it is.
 */
user: UserId, 
/**
 * What the device calls itself.
 */
name: string, 
/**
 * When it signed in first, UTC milliseconds.
 */
registered_at: Timestamp, 
/**
 * When it was last seen, UTC milliseconds.
 */
seen_at: Timestamp, 
/**
 * When it last asked for news, UTC milliseconds.
 */
pulled_at: Timestamp | null, 
/**
 * How many customers it holds, by its own last word.
 */
held: number | null, 
/**
 * Entries of its feeds that it has not taken yet.
 */
behind: number, 
/**
 * When it was locked for good, UTC milliseconds.
 */
revoked_at: Timestamp | null, 
/**
 * When it told that it has wiped what it held, UTC milliseconds.
 */
wiped_at: Timestamp | null, };

export type Direction = "in" | "out";

export type DivisionView = { 
/**
 * Its code: 2, 4, 6 or 9 digits.
 */
code: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Whether there is nothing below it.
 */
leaf: boolean, };

export type DuplicateView = { 
/**
 * The customer.
 */
id: CustomerId, 
/**
 * The name.
 */
name: string, 
/**
 * The owner's name.
 */
owner: string | null, 
/**
 * The field that is the same.
 */
field: Field, 
/**
 * Whether saving is refused: the same document or code is the same customer. A mobile is only a hint.
 */
blocks: boolean, };

export type Encoding = "utf8" | "utf16_le" | "utf16_be" | "gb18030";

export type ErrorCode = "text_blank" | "text_length" | "choice_unknown" | "mobile_length" | "mobile_prefix" | "mobile_not_digits" | "mobile_country" | "phone_area_code" | "document_number_form" | "text_character" | "phone_form" | "email_form" | "document_number_length" | "document_number_character" | "document_number_check" | "document_number_birth_date" | "document_number_area" | "document_number_mismatch" | "uscc_length" | "uscc_character" | "uscc_check" | "date_form" | "date_future" | "date_range" | "money_form" | "money_precision" | "money_range" | "division_unknown" | "reference_unknown" | "reference_ambiguous" | "branch_owner" | "field_kind" | "field_readonly" | "field_unknown" | "not_found" | "not_allowed" | "signed_out" | "sign_in_failed" | "sign_in_locked" | "epoch_changed" | "device_revoked" | "offline_too_long" | "store_missing" | "store_exists" | "password_expired" | "password_short" | "password_uniform" | "password_common" | "password_wrong" | "password_same" | "password_elsewhere" | "login_taken" | "login_form" | "store_locked" | "disk_full" | "store_damaged" | "store_newer" | "backup_damaged" | "backup_foreign" | "backup_newer" | "backup_password" | "backup_running" | "recovery_none" | "recovery_key" | "recovery_form" | "job_running" | "revision_old" | "undo_gone" | "duplicate_exists" | "name_taken" | "file_unreadable" | "file_unwritable" | "file_exists" | "file_size" | "file_kind" | "file_empty" | "file_encoding" | "file_changed" | "mapping_twice" | "mapping_name" | "row_cells" | "row_twice" | "row_ambiguous" | "row_foreign" | "column_missing" | "file_form" | "account_unknown" | "account_foreign" | "customer_unknown" | "currency_differs" | "reference_differs" | "balance_differs" | "import_running" | "reason_missing" | "server_unreachable" | "server_foreign" | "server_address" | "server_certificate" | "server_busy" | "schema_mismatch" | "not_joined" | "sample_server" | "sample_store" | "sequence_rewound" | "sequence_gap" | "request_form" | "request_size" | "cancelled" | "internal";

export type Every = "off" | "daily" | "weekly";

export type ExportFormat = "csv" | "csv_gb18030" | "xlsx";

export type Feature = "customers" | "tags" | "accounts" | "transactions" | "cases" | "views" | "imports" | "exports" | "audits" | "users" | "branches" | "access" | "devices" | "divisions" | "session" | "sync" | "settings" | "backups" | "jobs" | "help";

export type Field = "kind" | "name" | "gender" | "birth_date" | "document_type" | "document_number" | "document_expiry" | "uscc" | "mobile" | "phones" | "email" | "division" | "address" | "occupation" | "employer" | "income" | "assets" | "risk_grade" | "source" | "owner" | "branch" | "tags" | "notes" | "extra";

export type FieldAccess = "masked" | "masked_readonly" | "readonly" | "editable";

export type FieldError = { 
/**
 * The field.
 */
field: string, 
/**
 * What is wrong.
 */
code: ErrorCode, 
/**
 * Figures for the wording.
 */
params?: { [key in string]: string }, };

export type FieldView = { 
/**
 * The field.
 */
field: Field, 
/**
 * How its text is read and shown.
 */
shape: Shape, 
/**
 * Which customers have it.
 */
kinds: Kinds, 
/**
 * The words it may hold, when it is a choice.
 */
choices: Array<string>, 
/**
 * What the user may do with it.
 */
access: FieldAccess, };

export type FieldWhy = { 
/**
 * The field.
 */
field: Field, 
/**
 * What follows from the rules.
 */
access: FieldAccess, 
/**
 * How it is shown.
 */
seen: Rule, 
/**
 * Whether its whole value may be seen for a while; absent when it is not masked.
 */
revealed: Rule | null, 
/**
 * Whether it may be changed.
 */
changed: Rule, };

export type FileColumn = { 
/**
 * Its name.
 */
name: string, 
/**
 * Where it goes.
 */
target: Target, };

export type FileOptions = { 
/**
 * Text encoding, of a CSV file.
 */
encoding: Encoding | null, 
/**
 * The character between cells, of a CSV file.
 */
delimiter: string | null, 
/**
 * The sheet, of an XLSX file.
 */
sheet: string | null, 
/**
 * Whether the first row names the columns.
 */
header: boolean, };

export type FileView = { 
/**
 * The file's name, without its folder.
 */
name: string, 
/**
 * `csv` or `xlsx`.
 */
format: string, 
/**
 * How it is read.
 */
options: FileOptions, 
/**
 * Sheets, of an XLSX file.
 */
sheets: Array<string>, 
/**
 * Columns in order.
 */
columns: Array<FileColumn>, 
/**
 * The first rows, at most 20.
 */
sample: Array<Array<string>>, 
/**
 * How many rows there are, without the header.
 */
rows: number, 
/**
 * Whether the mapping is that of an earlier import with the same header.
 */
remembered: boolean, };

export type FindCustomers = { 
/**
 * What was typed.
 */
text: string, 
/**
 * Hits wanted, at most 50.
 */
limit: number, };

export type HistoryField = { 
/**
 * The field, or `deleted`.
 */
field: string, 
/**
 * From.
 */
old: string | null, 
/**
 * To.
 */
new: string | null, };

export type HistoryView = { 
/**
 * When.
 */
at: Timestamp, 
/**
 * Who.
 */
by: string | null, 
/**
 * On this device, or on another.
 */
this_device: boolean, 
/**
 * The way it was made.
 */
channel: Channel, 
/**
 * Why, when the author was asked.
 */
reason: string | null, 
/**
 * Whether it still waits to be sent.
 */
pending: boolean, 
/**
 * From what to what, masked where the class says so.
 */
fields: Array<HistoryField>, };

export type HoldingsView = { 
/**
 * The accounts, by kind and number.
 */
accounts: Array<AccountView>, 
/**
 * AUM now: all assets in renminbi.
 */
assets: Money, 
/**
 * What is owed in renminbi; negative, or nothing.
 */
owed: Money, 
/**
 * Whether accounts in other currencies are left out of both.
 */
others_left_out: boolean, 
/**
 * When the server was last heard, and so how old this may be; never in a store that works alone.
 */
as_of: Timestamp | null, };

export type ImportCounts = { 
/**
 * Rows read.
 */
rows: number, 
/**
 * New customers.
 */
new: number, 
/**
 * Customers changed.
 */
updated: number, 
/**
 * Rows of customers that exist and stay as they are.
 */
duplicates: number, 
/**
 * Rows that could not be taken.
 */
errors: number, };

export type ImportId = string;

export type ImportMode = "add_only" | "update";

export type ImportRef = { 
/**
 * The import.
 */
id: ImportId, };

export type ImportView = { 
/**
 * The import.
 */
id: ImportId, 
/**
 * The file's name.
 */
name: string, 
/**
 * When it ran.
 */
at: Timestamp, 
/**
 * Its counts.
 */
counts: ImportCounts, 
/**
 * When it was undone.
 */
undone_at: Timestamp | null, };

export type InspectFile = { 
/**
 * Where it is.
 */
path: string, 
/**
 * Reads it so instead of finding out.
 */
options: FileOptions | null, };

export type JobId = string;

export type JobKind = "import_check" | "import" | "import_undo" | "export" | "backup" | "backup_check" | "restore" | "rekey";

export type JobRef = { 
/**
 * The job.
 */
id: JobId, };

export type JobResult = { "kind": "import", 
/**
 * The import; none after a check.
 */
import: ImportId | null, 
/**
 * The counts.
 */
counts: ImportCounts, 
/**
 * The first errors, at most 100.
 */
errors: Array<RowError>, } | { "kind": "import_undo", 
/**
 * Customers removed.
 */
removed: number, 
/**
 * Customers set back.
 */
restored: number, 
/**
 * Customers that stay because they were changed since.
 */
kept: number, } | { "kind": "export", 
/**
 * The file.
 */
path: string, 
/**
 * Rows written.
 */
rows: number, } | { "kind": "backup", 
/**
 * The file.
 */
path: string, 
/**
 * Its length.
 */
bytes: number, 
/**
 * Older backups that were removed.
 */
removed: number, } | { "kind": "backup_check", 
/**
 * The file.
 */
path: string, 
/**
 * Rows compared.
 */
rows: number, } | { "kind": "restore", 
/**
 * When the backup was made.
 */
made_at: Timestamp, 
/**
 * Changes made since that were taken over.
 */
taken: number, } | { "kind": "rekey", 
/**
 * Rows that were encrypted anew.
 */
rows: number, };

export type JobState = "running" | "done" | "cancelled" | "failed";

export type JobStep = "reading" | "checking" | "writing" | "saving";

export type JobView = { 
/**
 * The job.
 */
id: JobId, 
/**
 * What it does.
 */
kind: JobKind, 
/**
 * What it works on, for example a file's name.
 */
title: string, 
/**
 * How it stands.
 */
state: JobState, 
/**
 * What it does now.
 */
step: JobStep, 
/**
 * How much is done.
 */
done: number, 
/**
 * How much there is; 0 while unknown.
 */
total: number, 
/**
 * When it began.
 */
started_at: Timestamp, 
/**
 * When it ended.
 */
ended_at: Timestamp | null, 
/**
 * Milliseconds that remain, when they can be told.
 */
remaining_ms: number | null, 
/**
 * What came of it.
 */
result: JobResult | null, 
/**
 * Why it failed.
 */
error: ApiError | null, };

export type JoinServer = { 
/**
 * The server's address.
 */
server: string, 
/**
 * The login name at the server.
 */
login: string, 
/**
 * The password at the server; from then on it opens the store.
 */
password: string, };

export type Kinds = "both" | "personal" | "corporate";

export type ListDivisions = { 
/**
 * The division above.
 */
parent: string | null, };

export type LookupCustomer = { 
/**
 * A name or a number. The server takes it whole, the device also in part.
 */
text: string, };

export type LookupHit = { 
/**
 * The customer.
 */
id: CustomerId, 
/**
 * The name.
 */
name: string, 
/**
 * The rule.
 */
rule: Rule, };

export type LookupView = { 
/**
 * Those on this device that the user may see.
 */
here: Array<LookupHit>, 
/**
 * Those that the user may see, by the server's word, and that this device does not hold.
 */
away: Array<LookupHit>, 
/**
 * Why a customer of the user's branch is out of the scope.
 */
beyond: Rule | null, 
/**
 * Whose customers the role reaches.
 */
scope: Scope, 
/**
 * Whether the server answered.
 */
asked: boolean, 
/**
 * Why it did not; absent also for a store that works alone.
 */
error: ErrorCode | null, };

export type Matched = "name" | "pinyin" | "initials" | "phone" | "number";

export type Money = number;

export type OpenCase = { 
/**
 * The customer.
 */
customer: CustomerId, 
/**
 * What was seen.
 */
narrative: string, };

export type PathView = { 
/**
 * The full path.
 */
path: string, };

export type PendingView = { 
/**
 * The change.
 */
change: ChangeId, 
/**
 * Its feature.
 */
entity: Feature, 
/**
 * The customer, when it is one's.
 */
customer: CustomerId | null, 
/**
 * The record's name.
 */
name: string, 
/**
 * The fields that change.
 */
fields: Array<string>, 
/**
 * When it was made.
 */
made_at: Timestamp, 
/**
 * Why the server refused it.
 */
refused: RefusedView | null, };

export type Permission = "customers_read" | "customers_create" | "customers_edit" | "customers_delete" | "customers_reveal" | "customers_import" | "customers_export" | "customers_assign" | "tags_edit" | "cases_edit" | "audits_read" | "users_edit";

export type PermissionWhy = { 
/**
 * The permission.
 */
permission: Permission, 
/**
 * Whether the user has it.
 */
allowed: boolean, 
/**
 * The rule that says so.
 */
rule: Rule, };

export type Phase = "first_run" | "signed_out" | "locked" | "unlocked";

export type ProbeServer = { 
/**
 * What was typed.
 */
server: string, };

export type RecoveryView = { 
/**
 * The key that the store's key is sealed to.
 */
fingerprint: string | null, 
/**
 * Since when.
 */
since: Timestamp | null, 
/**
 * A key that the server said and that the device does not take.
 */
refused: string | null, };

export type RefusedView = { 
/**
 * The change; the sync centre sends it again or drops it.
 */
change: ChangeId, 
/**
 * Why.
 */
code: ErrorCode, 
/**
 * The field it is about.
 */
field: string | null, 
/**
 * What was typed, masked where the class says so, by field.
 */
typed: { [key in string]: string }, 
/**
 * When it was made.
 */
made_at: Timestamp, };

export type Rekey = { 
/**
 * The password.
 */
password: string, };

export type RestoreBackup = { 
/**
 * Where it is.
 */
path: string, 
/**
 * The password of when it was made.
 */
password: string, };

export type RevealField = { 
/**
 * The customer.
 */
id: CustomerId, 
/**
 * The field.
 */
field: Field, 
/**
 * Why.
 */
reason: string, };

export type Revealed = { 
/**
 * The canonical text.
 */
value: string, 
/**
 * Seconds for which the screen may show it.
 */
seconds: number, };

export type Role = "staff" | "relationship_manager" | "manager" | "risk_officer" | "administrator";

export type RowError = { 
/**
 * The row's number in the file, counting the header, from 1.
 */
row: number, 
/**
 * The column's name.
 */
column: string | null, 
/**
 * What is wrong.
 */
code: ErrorCode, 
/**
 * Figures for the wording.
 */
params: { [key in string]: string }, };

export type Rule = "own_customer" | "own_branch" | "branch_below" | "others_customer" | "other_branch" | "no_customers" | "reads_customers" | "works_with_customers" | "leads_branch" | "checks_branch" | "works_on_cases" | "cases_kept_secret" | "administers_users" | "staff_reads_only" | "checks_without_changing" | "leader_assigns" | "audit_by_supervisors" | "administrator_apart" | "users_by_administrator" | "shown_in_scope" | "amount_in_scope" | "masked_by_class" | "columns_of_files";

export type SaveImportErrors = { 
/**
 * The job of the dry run or of the import.
 */
job: JobId, 
/**
 * Where to write it.
 */
path: string, };

export type SaveView = { 
/**
 * The view to replace.
 */
id: ViewId | null, 
/**
 * Its name.
 */
name: string, 
/**
 * Which customers, in which order.
 */
query: CustomerQuery, 
/**
 * Its columns, in order.
 */
columns: Array<ViewColumn>, };

export type Saved = { 
/**
 * The customers that changed.
 */
ids: Array<CustomerId>, 
/**
 * Takes the change back; none when nothing changed.
 */
undo: string | null, };

export type SavedView = { 
/**
 * The view.
 */
id: ViewId, 
/**
 * Its name.
 */
name: string, 
/**
 * Which customers, in which order.
 */
query: CustomerQuery, 
/**
 * Its columns, in order.
 */
columns: Array<ViewColumn>, };

export type Scope = "own" | "branch" | "none";

export type ServerView = { 
/**
 * The address in its canonical form.
 */
server: string, 
/**
 * The bank's name for it.
 */
name: string, 
/**
 * Its release.
 */
version: string, };

export type SessionView = { 
/**
 * What the screen has to show.
 */
phase: Phase, 
/**
 * Who is signed in; also known while the store is locked.
 */
user: UserView | null, 
/**
 * Whether the store belongs to a server.
 */
joined: boolean, 
/**
 * The server's address, for the sign-in form.
 */
server: string | null, 
/**
 * The login name last used on this workstation, for the sign-in form.
 */
login: string | null, 
/**
 * When sign-in opens again after too many wrong passwords.
 */
locked_until: Timestamp | null, 
/**
 * The sign-in before this one.
 */
last_sign_in: Timestamp | null, 
/**
 * Whether the password was given by an administrator and has to be changed now.
 */
password_expired: boolean, 
/**
 * Which key of the bank opens a copy of the open store's key.
 */
recovery: RecoveryView, 
/**
 * The program's version.
 */
version: string, };

export type Settings = { 
/**
 * `zh-CN` or `en`.
 */
language: string, 
/**
 * `light`, `dark` or `system`.
 */
theme: string, 
/**
 * `compact`, `standard` or `comfortable`.
 */
density: string, 
/**
 * Size of type in percent, 100 to 200.
 */
font_scale: number, 
/**
 * Minutes without a key or pointer after which the store locks, 1 to 60.
 */
lock_minutes: number, 
/**
 * `red_up` or `green_up`.
 */
market_colour: string, 
/**
 * Whether single keys act.
 */
single_keys: boolean, 
/**
 * Keys that the user changed, by action.
 */
keys: { [key in string]: string }, 
/**
 * Guides already shown.
 */
seen: Array<string>, };

export type SettleConflict = { 
/**
 * The change.
 */
change: ChangeId, 
/**
 * What stands, by field.
 */
choices: { [key in string]: Choice }, };

export type Shape = "name" | "line" | "text" | "choice" | "date" | "expiry" | "money" | "mobile" | "phones" | "email" | "document_number" | "uscc" | "division" | "user" | "branch" | "tags" | "extra";

export type SignIn = { 
/**
 * The login name.
 */
login: string, 
/**
 * The password.
 */
password: string, 
/**
 * The server's address, when this workstation has no store of this user yet.
 */
server: string | null, };

export type SortKey = "name" | "birth_date" | "income" | "assets" | "risk_grade" | "created_at" | "updated_at";

export type StartExport = { 
/**
 * Which customers.
 */
query: CustomerQuery, 
/**
 * Only these, when some are selected.
 */
ids: Array<CustomerId> | null, 
/**
 * The columns, in order.
 */
columns: Array<Field>, 
/**
 * The file's format.
 */
format: ExportFormat, 
/**
 * Where to write it; an existing file is replaced only when `replace` says so.
 */
path: string, 
/**
 * Replace an existing file.
 */
replace: boolean, 
/**
 * Why; kept in the audit.
 */
reason: string, 
/**
 * Language of the headers, `zh-CN` or `en`.
 */
language: string, };

export type StartImport = { 
/**
 * Where the file is.
 */
path: string, 
/**
 * How to read it.
 */
options: FileOptions, 
/**
 * Where each column goes, in the order of the columns.
 */
mapping: Array<Target>, 
/**
 * What to do with customers that exist.
 */
mode: ImportMode, 
/**
 * Only count, change nothing.
 */
dry_run: boolean, };

export type SuggestPath = { 
/**
 * The file's name without folder.
 */
name: string, };

export type SyncMark = "synced" | "pending" | "conflict" | "refused";

export type SyncQueue = { 
/**
 * The first waiting changes, at most 200, oldest first.
 */
pending: Array<PendingView>, 
/**
 * Refused changes.
 */
refused: Array<PendingView>, 
/**
 * Fields that wait for a choice.
 */
conflicts: Array<ConflictView>, };

export type SyncRound = { 
/**
 * When it began.
 */
at: Timestamp, 
/**
 * How long it took.
 */
took_ms: number, 
/**
 * Changes sent.
 */
pushed: number, 
/**
 * Records received.
 */
pulled: number, 
/**
 * Why it failed.
 */
error: ErrorCode | null, };

export type SyncState = "standalone" | "idle" | "running" | "offline" | "sign_in_needed";

export type SyncView = { 
/**
 * Whether there is a server.
 */
joined: boolean, 
/**
 * Whether the server answered last time.
 */
state: SyncState, 
/**
 * Changes that wait to be sent.
 */
pending: number, 
/**
 * Changes that the server refused.
 */
refused: number, 
/**
 * Fields that wait for a choice.
 */
conflicts: number, 
/**
 * The end of the last round that succeeded.
 */
last_success: Timestamp | null, 
/**
 * Why the last round failed.
 */
error: ErrorCode | null, 
/**
 * How far the running round is: done and total, of a first sync.
 */
progress: [number, number] | null, 
/**
 * The server's name.
 */
server_name: string | null, 
/**
 * How far this device's clock is ahead of the server's, in milliseconds, when by more than two minutes.
 */
clock_ahead_ms: number | null, };

export type TagCustomers = { 
/**
 * The customers.
 */
ids: Array<CustomerId>, 
/**
 * Tags to put on.
 */
add: Array<TagId>, 
/**
 * Tags to take off.
 */
remove: Array<TagId>, };

export type TagId = string;

export type TagRef = { 
/**
 * The tag.
 */
id: TagId, };

export type TagView = { 
/**
 * The tag.
 */
id: TagId, 
/**
 * Its name.
 */
name: string, 
/**
 * Its colour's word.
 */
colour: string, 
/**
 * How many customers on this device have it.
 */
customers: number, 
/**
 * How it stands with the server.
 */
sync: SyncMark, };

export type Target = { "kind": "field", 
/**
 * The field.
 */
field: Field, } | { "kind": "extra" } | { "kind": "skip" };

export type Timestamp = number;

export type TransactionQuery = { 
/**
 * The customer.
 */
customer: CustomerId, 
/**
 * One of the customer's accounts.
 */
account: AccountId | null, 
/**
 * The first day, in China.
 */
from: string | null, 
/**
 * The last day, in China.
 */
to: string | null, 
/**
 * Whether it came or went.
 */
direction: Direction | null, 
/**
 * The least amount, whatever its direction.
 */
least: Money | null, 
/**
 * Part of the purpose, of the other side's name or of the reference.
 */
text: string, };

export type TransactionRow = { 
/**
 * Its account.
 */
account: AccountId, 
/**
 * The account's number, masked.
 */
account_number: string, 
/**
 * ISO 4217 code.
 */
currency: string, 
/**
 * The bank's reference.
 */
reference: string, 
/**
 * When it was booked.
 */
at: Timestamp, 
/**
 * What came, or with a minus what went.
 */
amount: Money, 
/**
 * What for, in the bank's words; empty when it is a valuation.
 */
purpose: string, 
/**
 * Whether only the product's price moved.
 */
valuation: boolean, 
/**
 * Who is on the other side.
 */
counterparty: string | null, 
/**
 * Kind of the merchant (ISO 18245), of payments by card.
 */
merchant: number | null, };

export type TransactionsPage = { 
/**
 * Which transactions.
 */
query: TransactionQuery, 
/**
 * Rows to skip.
 */
offset: number, 
/**
 * Rows wanted, at most 500.
 */
limit: number, };

export type TransactionsPageView = { 
/**
 * How many the query has in all.
 */
total: number, 
/**
 * What came and went in all, by currency.
 */
turnover: Array<TurnoverView>, 
/**
 * The window's rows.
 */
rows: Array<TransactionRow>, };

export type TurnoverView = { 
/**
 * ISO 4217 code.
 */
currency: string, 
/**
 * What came.
 */
came: Money, 
/**
 * What went; negative, or nothing.
 */
went: Money, };

export type UndoCustomers = { 
/**
 * From [`Saved::undo`].
 */
undo: string, };

export type UpdateCase = { 
/**
 * The case.
 */
id: CaseId, 
/**
 * The revision that its author saw.
 */
revision: number, 
/**
 * What was seen, and what was found out since.
 */
narrative: string, 
/**
 * How far it is now.
 */
state: CaseState, 
/**
 * Why; not looked at while the case is open.
 */
conclusion: string, };

export type UpdateCustomer = { 
/**
 * The customer.
 */
id: CustomerId, 
/**
 * The revision the form was opened with.
 */
revision: number, 
/**
 * What was typed, by field.
 */
values: Partial<Record<Field, string>>, 
/**
 * Why, when the user was asked.
 */
reason: string | null, };

export type UpdateTag = { 
/**
 * The tag.
 */
id: TagId, 
/**
 * Its name.
 */
name: string, 
/**
 * Its colour's word.
 */
colour: string, };

export type UserId = string;

export type UserView = { 
/**
 * The user.
 */
id: UserId, 
/**
 * The login name.
 */
login: string, 
/**
 * The name colleagues see.
 */
name: string, 
/**
 * The role.
 */
role: Role, 
/**
 * The branch.
 */
branch: BranchId, 
/**
 * The branch's name.
 */
branch_name: string, 
/**
 * What the role may do; the screen shows nothing else.
 */
permissions: Array<Permission>, };

export type VerifyBackup = { 
/**
 * Where it is.
 */
path: string, 
/**
 * The password of when it was made, when that is not known here.
 */
password: string | null, };

export type ViewColumn = { 
/**
 * The field; `age`, `sync`, `created_at` and `updated_at` also name columns.
 */
column: string, 
/**
 * Width in CSS pixels.
 */
width: number, };

export type ViewId = string;

export type ViewRef = { 
/**
 * The view.
 */
id: ViewId, };

/** Each command: what it takes and what it gives. */
export type Commands = {
  session_state: [null, SessionView];
  session_probe: [ProbeServer, ServerView];
  session_create: [CreateStore, SessionView];
  session_sign_in: [SignIn, SessionView];
  session_lock: [null, SessionView];
  session_sign_out: [null, SessionView];
  session_join: [JoinServer, SessionView];
  session_change_password: [ChangePassword, SessionView];
  session_rekey: [Rekey, JobView];
  settings_get: [null, Settings];
  settings_set: [Settings, Settings];
  customers_fields: [null, Array<FieldView>];
  customers_page: [CustomersPage, CustomersPageView];
  customers_find: [FindCustomers, Array<CustomerHit>];
  customers_get: [CustomerRef, CustomerView];
  customers_history: [CustomerRef, Array<HistoryView>];
  customers_check: [CheckCustomer, CustomerCheck];
  customers_create: [CreateCustomer, Saved];
  customers_update: [UpdateCustomer, Saved];
  customers_delete: [DeleteCustomers, Saved];
  customers_tag: [TagCustomers, Saved];
  customers_undo: [UndoCustomers, Saved];
  customers_reveal: [RevealField, Revealed];
  accounts_list: [CustomerRef, HoldingsView];
  accounts_curve: [AccountsCurve, CurveView];
  transactions_page: [TransactionsPage, TransactionsPageView];
  tags_list: [null, Array<TagView>];
  tags_create: [CreateTag, TagView];
  tags_update: [UpdateTag, TagView];
  tags_delete: [TagRef, null];
  cases_list: [null, Array<CaseView>];
  cases_open: [OpenCase, CaseView];
  cases_update: [UpdateCase, CaseView];
  views_list: [null, Array<SavedView>];
  views_save: [SaveView, SavedView];
  views_delete: [ViewRef, null];
  divisions_list: [ListDivisions, Array<DivisionView>];
  users_list: [null, Array<ColleagueView>];
  branches_list: [null, Array<BranchView>];
  audits_page: [AuditsPage, AuditsPageView];
  access_overview: [null, AccessOverview];
  access_customer: [CustomerRef, CustomerAccess];
  access_lookup: [LookupCustomer, LookupView];
  devices_list: [null, Array<DeviceRow>];
  devices_revoke: [DeviceRef, null];
  imports_inspect: [InspectFile, FileView];
  imports_start: [StartImport, JobView];
  imports_list: [null, Array<ImportView>];
  imports_undo: [ImportRef, JobView];
  imports_save_errors: [SaveImportErrors, PathView];
  exports_suggest: [SuggestPath, PathView];
  exports_start: [StartExport, JobView];
  backups_state: [null, BackupsView];
  backups_schedule: [BackupSchedule, BackupsView];
  backups_create: [null, JobView];
  backups_verify: [VerifyBackup, JobView];
  backups_restore: [RestoreBackup, JobView];
  jobs_list: [null, Array<JobView>];
  jobs_cancel: [JobRef, JobView];
  sync_state: [null, SyncView];
  sync_run: [null, SyncView];
  sync_queue: [null, SyncQueue];
  sync_rounds: [null, Array<SyncRound>];
  sync_settle: [SettleConflict, null];
  sync_retry: [ChangeRef, null];
  sync_discard: [ChangeRef, null];
};
