//! The contract with the screen: the one list of commands, and the types they take and give.
//!
//! The list feeds the dispatcher that the shell calls and the TypeScript types that the screen is checked against.

pub mod access;
pub mod accounts;
pub mod audits;
pub mod backups;
pub mod cases;
pub mod customers;
pub mod devices;
pub mod files;
pub mod session;
pub mod sync;
pub mod tags;

pub(crate) mod shapes;
pub(crate) use shapes::{Input, View};

/// Hands the list of commands to another macro: `name(input) -> output`.
///
/// A command is called as `<feature>_<verb>`; [`crate::Client`] has a method of each name.
#[macro_export]
macro_rules! commands {
    ($use:ident) => {
        $use! {
            session_state(()) -> SessionView;
            session_probe(ProbeServer) -> ServerView;
            session_create(CreateStore) -> SessionView;
            session_sign_in(SignIn) -> SessionView;
            session_lock(()) -> SessionView;
            session_sign_out(()) -> SessionView;
            session_join(JoinServer) -> SessionView;
            session_change_password(ChangePassword) -> SessionView;
            session_rekey(Rekey) -> JobView;
            settings_get(()) -> Settings;
            settings_set(Settings) -> Settings;
            customers_fields(()) -> Vec<FieldView>;
            customers_page(CustomersPage) -> CustomersPageView;
            customers_find(FindCustomers) -> Vec<CustomerHit>;
            customers_get(CustomerRef) -> CustomerView;
            customers_history(CustomerRef) -> Vec<HistoryView>;
            customers_check(CheckCustomer) -> CustomerCheck;
            customers_create(CreateCustomer) -> Saved;
            customers_update(UpdateCustomer) -> Saved;
            customers_delete(DeleteCustomers) -> Saved;
            customers_tag(TagCustomers) -> Saved;
            customers_undo(UndoCustomers) -> Saved;
            customers_reveal(RevealField) -> Revealed;
            accounts_list(CustomerRef) -> HoldingsView;
            accounts_curve(AccountsCurve) -> CurveView;
            transactions_page(TransactionsPage) -> TransactionsPageView;
            tags_list(()) -> Vec<TagView>;
            tags_create(CreateTag) -> TagView;
            tags_update(UpdateTag) -> TagView;
            tags_delete(TagRef) -> ();
            cases_list(()) -> Vec<CaseView>;
            cases_open(OpenCase) -> CaseView;
            cases_update(UpdateCase) -> CaseView;
            views_list(()) -> Vec<SavedView>;
            views_save(SaveView) -> SavedView;
            views_delete(ViewRef) -> ();
            divisions_list(ListDivisions) -> Vec<DivisionView>;
            users_list(()) -> Vec<ColleagueView>;
            branches_list(()) -> Vec<BranchView>;
            audits_page(AuditsPage) -> AuditsPageView;
            access_overview(()) -> AccessOverview;
            access_customer(CustomerRef) -> CustomerAccess;
            access_lookup(LookupCustomer) -> LookupView;
            devices_list(()) -> Vec<DeviceRow>;
            devices_revoke(DeviceRef) -> ();
            imports_inspect(InspectFile) -> FileView;
            imports_start(StartImport) -> JobView;
            imports_list(()) -> Vec<ImportView>;
            imports_undo(ImportRef) -> JobView;
            imports_save_errors(SaveImportErrors) -> PathView;
            exports_suggest(SuggestPath) -> PathView;
            exports_start(StartExport) -> JobView;
            backups_state(()) -> BackupsView;
            backups_schedule(BackupSchedule) -> BackupsView;
            backups_create(()) -> JobView;
            backups_verify(VerifyBackup) -> JobView;
            backups_restore(RestoreBackup) -> JobView;
            jobs_list(()) -> Vec<JobView>;
            jobs_cancel(JobRef) -> JobView;
            sync_state(()) -> SyncView;
            sync_run(()) -> SyncView;
            sync_queue(()) -> SyncQueue;
            sync_rounds(()) -> Vec<SyncRound>;
            sync_settle(SettleConflict) -> ();
            sync_retry(ChangeRef) -> ();
            sync_discard(ChangeRef) -> ();
        }
    };
}
