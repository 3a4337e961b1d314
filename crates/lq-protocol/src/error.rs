//! Error codes: everything a screen may have to explain. A code is wire format: add, never rename.

use lq_domain::access::Denial;
use lq_domain::customers::FieldProblem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident => $word:literal),* $(,)?) => {
        /// A stable code, worded in each language by the words files.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name,)*];

            /// The code's word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$name => $word,)* }
            }

            /// The code with this word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(ErrorCode::$name),)* _ => None }
            }
        }
    };
}

codes! {
    // Values
    /// Nothing was entered where something is needed.
    TextBlank => "text_blank",
    /// Too long; `max` characters are allowed.
    TextLength => "text_length",
    /// Not one of the words allowed.
    ChoiceUnknown => "choice_unknown",
    /// A mobile number has 11 digits.
    MobileLength => "mobile_length",
    /// No operator has numbers that begin so.
    MobilePrefix => "mobile_prefix",
    /// Something else than digits.
    MobileNotDigits => "mobile_not_digits",
    /// The number of another country; it belongs among the other phones.
    MobileCountry => "mobile_country",
    /// A landline without its area code.
    PhoneAreaCode => "phone_area_code",
    /// The number has not the form of its document.
    DocumentNumberForm => "document_number_form",
    /// A character that can't be stored.
    TextCharacter => "text_character",
    /// Not a phone number.
    PhoneForm => "phone_form",
    /// Not an e-mail address.
    EmailForm => "email_form",
    /// A resident ID has 18 characters.
    DocumentNumberLength => "document_number_length",
    /// A character that the number can't hold.
    DocumentNumberCharacter => "document_number_character",
    /// The check character is wrong: a typing error.
    DocumentNumberCheck => "document_number_check",
    /// The birth date in the number is no date, or lies in the future.
    DocumentNumberBirthDate => "document_number_birth_date",
    /// The number's area does not exist.
    DocumentNumberArea => "document_number_area",
    /// The number's birth date or gender differs from the field.
    DocumentNumberMismatch => "document_number_mismatch",
    /// A USCC has 18 characters.
    UsccLength => "uscc_length",
    /// A character that a USCC can't hold.
    UsccCharacter => "uscc_character",
    /// The check character is wrong.
    UsccCheck => "uscc_check",
    /// Not a date.
    DateForm => "date_form",
    /// The date lies in the future.
    DateFuture => "date_future",
    /// The date lies too far back or ahead.
    DateRange => "date_range",
    /// Not an amount.
    MoneyForm => "money_form",
    /// A fraction of a fen.
    MoneyPrecision => "money_precision",
    /// Too large an amount, or negative.
    MoneyRange => "money_range",
    /// No such division.
    DivisionUnknown => "division_unknown",
    /// No such user or branch.
    ReferenceUnknown => "reference_unknown",
    /// Several users or branches have this name.
    ReferenceAmbiguous => "reference_ambiguous",
    /// The owner works in another branch than the one named.
    BranchOwner => "branch_owner",
    /// Only companies, or only persons, have this field.
    FieldKind => "field_kind",
    /// The field can't be changed here.
    FieldReadonly => "field_readonly",
    /// The release does not know the field.
    FieldUnknown => "field_unknown",

    // Access
    /// Does not exist, or not for this user.
    NotFound => "not_found",
    /// The role may not do this.
    NotAllowed => "not_allowed",
    /// Sign in first.
    SignedOut => "signed_out",
    /// The login name or the password is wrong.
    SignInFailed => "sign_in_failed",
    /// Too many wrong passwords; `minutes` to wait.
    SignInLocked => "sign_in_locked",
    /// The server's database was restored; what it has forgotten has to be sent first.
    EpochChanged => "epoch_changed",
    /// The device is locked by the bank.
    DeviceRevoked => "device_revoked",
    /// The device has been away for too long; sign in online.
    OfflineTooLong => "offline_too_long",
    /// Unlock online once: this workstation does not know the user.
    StoreMissing => "store_missing",
    /// A user of this name already works on this workstation.
    StoreExists => "store_exists",
    /// Somebody else knows the password: the user sets an own one before anything else.
    PasswordExpired => "password_expired",
    /// The password is too short; `min` characters.
    PasswordShort => "password_short",
    /// The password needs three kinds of characters.
    PasswordUniform => "password_uniform",
    /// The password is among the first that are tried.
    PasswordCommon => "password_common",
    /// It is not the password of whoever is signed in.
    PasswordWrong => "password_wrong",
    /// The new password is the old one.
    PasswordSame => "password_same",
    /// The password is right at the server; this workstation's store still needs the one before it, once.
    PasswordElsewhere => "password_elsewhere",
    /// The login name is taken.
    LoginTaken => "login_taken",
    /// The login name has characters that are not allowed.
    LoginForm => "login_form",

    // Store
    /// The store is locked.
    StoreLocked => "store_locked",
    /// The disk is full.
    DiskFull => "disk_full",
    /// The store's file is damaged.
    StoreDamaged => "store_damaged",
    /// The store was written by a newer release.
    StoreNewer => "store_newer",
    /// The backup is not whole as it was written.
    BackupDamaged => "backup_damaged",
    /// No backup of this user's, or none at all.
    BackupForeign => "backup_foreign",
    /// A newer release wrote the backup.
    BackupNewer => "backup_newer",
    /// The password does not open the backup.
    BackupPassword => "backup_password",
    /// Another backup is being made, verified or restored.
    BackupRunning => "backup_running",
    /// The store has no copy of its key for the bank.
    RecoveryNone => "recovery_none",
    /// The recovery key is not the one that the store's copy was made for.
    RecoveryKey => "recovery_key",
    /// What was given is no recovery key.
    RecoveryForm => "recovery_form",
    /// Long work is running that this has to wait for.
    JobRunning => "job_running",
    /// Somebody else changed the record; read it again.
    RevisionOld => "revision_old",
    /// There is nothing left to undo.
    UndoGone => "undo_gone",
    /// A customer with this document number or code exists.
    DuplicateExists => "duplicate_exists",
    /// A tag or view of this name exists.
    NameTaken => "name_taken",

    // Files
    /// The file can't be read.
    FileUnreadable => "file_unreadable",
    /// The file can't be written.
    FileUnwritable => "file_unwritable",
    /// A file of this name exists.
    FileExists => "file_exists",
    /// The file is larger than what is read, packed or unpacked.
    FileSize => "file_size",
    /// Neither CSV nor XLSX.
    FileKind => "file_kind",
    /// The file has no rows.
    FileEmpty => "file_empty",
    /// The text is in no encoding we know.
    FileEncoding => "file_encoding",
    /// The file changed since it was looked at.
    FileChanged => "file_changed",
    /// Two columns are mapped to the same field.
    MappingTwice => "mapping_twice",
    /// No column is mapped to the name.
    MappingName => "mapping_name",
    /// The row has fewer or more cells than the header.
    RowCells => "row_cells",
    /// The same customer stands in the file twice.
    RowTwice => "row_twice",
    /// The row fits more than one customer.
    RowAmbiguous => "row_ambiguous",
    /// Somebody else's customer has this document or code.
    RowForeign => "row_foreign",
    /// The file has no column that is needed.
    ColumnMissing => "column_missing",
    /// The file is not written as it says it is.
    FileForm => "file_form",
    /// No account has this number.
    AccountUnknown => "account_unknown",
    /// Another customer holds the account.
    AccountForeign => "account_foreign",
    /// No customer has this document or code.
    CustomerUnknown => "customer_unknown",
    /// The account is in another currency.
    CurrencyDiffers => "currency_differs",
    /// Something else was booked under this reference.
    ReferenceDiffers => "reference_differs",
    /// The balance is not what the transactions give: some of them are missing.
    BalanceDiffers => "balance_differs",
    /// Another import is running.
    ImportRunning => "import_running",
    /// A reason is needed.
    ReasonMissing => "reason_missing",

    // Server
    /// The server can't be reached.
    ServerUnreachable => "server_unreachable",
    /// There is a server, but not one of ours.
    ServerForeign => "server_foreign",
    /// The address is no address, or plain HTTP to another machine.
    ServerAddress => "server_address",
    /// The server's certificate is not trusted.
    ServerCertificate => "server_certificate",
    /// The server is busy; try later.
    ServerBusy => "server_busy",
    /// This release is too old for the server, or too new.
    SchemaMismatch => "schema_mismatch",
    /// Works alone: there is no server to sync with.
    NotJoined => "not_joined",
    /// The server's customers are invented; those of the store are real.
    SampleServer => "sample_server",
    /// The store's customers are invented; those of the server are real.
    SampleStore => "sample_store",
    /// The device's numbering was rewound; it takes a new incarnation and sends again.
    SequenceRewound => "sequence_rewound",
    /// A change is missing before this one.
    SequenceGap => "sequence_gap",
    /// The request is not understood.
    RequestForm => "request_form",
    /// The request is too large.
    RequestSize => "request_size",

    /// Cancelled by the user.
    Cancelled => "cancelled",
    /// A fault of ours; `trace_id` finds it in the log. Also what a code of a newer release is read as: it stays a refusal.
    #[serde(other)]
    Internal => "internal",
}

/// What crosses IPC or HTTP: a code, never prose, never customer data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
pub struct ApiError {
    /// What happened.
    #[schema(value_type = String)]
    pub code: ErrorCode,
    /// The input field it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub field: Option<String>,
    /// Figures for the wording, for example how many characters are allowed. Never what was typed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[ts(as = "Option<BTreeMap<String, String>>", optional)]
    pub params: BTreeMap<String, String>,
    /// Names the event in the log.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub trace_id: String,
    /// Further fields with problems, when a form has several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<FieldError>>", optional)]
    pub fields: Vec<FieldError>,
}

/// One field's problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, utoipa::ToSchema)]
pub struct FieldError {
    /// The field.
    pub field: String,
    /// What is wrong.
    #[schema(value_type = String)]
    pub code: ErrorCode,
    /// Figures for the wording.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[ts(as = "Option<BTreeMap<String, String>>", optional)]
    pub params: BTreeMap<String, String>,
}

impl ApiError {
    /// An error that is a code and nothing else.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self { code, field: None, params: BTreeMap::new(), trace_id: String::new(), fields: Vec::new() }
    }

    /// The same error, about a field.
    #[must_use]
    pub fn in_field(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    /// The same error with a figure for its wording.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

impl From<&FieldProblem> for FieldError {
    fn from(problem: &FieldProblem) -> Self {
        Self {
            field: problem.field.as_str().to_owned(),
            // A test sees to it that every problem has its code.
            code: ErrorCode::parse(problem.problem.code()).unwrap_or(ErrorCode::Internal),
            params: problem
                .problem
                .params()
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        }
    }
}

impl From<&[FieldProblem]> for ApiError {
    /// The first problem in front, all of them behind it.
    fn from(problems: &[FieldProblem]) -> Self {
        let fields: Vec<FieldError> = problems.iter().map(FieldError::from).collect();
        match fields.first().cloned() {
            Some(first) => Self {
                code: first.code,
                field: Some(first.field),
                params: first.params,
                trace_id: String::new(),
                fields,
            },
            None => Self::new(ErrorCode::RequestForm),
        }
    }
}

impl From<Denial> for ErrorCode {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::NotVisible => ErrorCode::NotFound,
            Denial::NotAllowed => ErrorCode::NotAllowed,
        }
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lq_domain::customers::Problem;

    #[test]
    fn every_problem_of_a_value_has_its_code() {
        for code in lq_domain::values::ValueProblem::CODES {
            assert!(ErrorCode::parse(code).is_some(), "{code}");
        }
        for problem in [Problem::Kind, Problem::Mismatch, Problem::Reference] {
            assert!(ErrorCode::parse(problem.code()).is_some(), "{problem:?}");
        }
    }

    #[test]
    fn every_code_reads_back_and_its_word_is_its_wire_form() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::parse(code.as_str()), Some(*code));
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
