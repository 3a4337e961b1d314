//! The main job through the window, with a picture of each screen.

use crate::branch::{Branch, PASSWORD};
use crate::tell;
use lq_client::contract::customers::{FindCustomers, UpdateCustomer};
use lq_domain::customers::Field;
use lq_testkit::files::{Encoding, List};
use lq_tests::desk::{Desk, Problem, word};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use thirtyfour::Key;

/// The customer whose page is shown, and over whom the conflict is.
const NAME: &str = "欧阳慕白";

/// Rows of the imported list, and how many of them can't be taken.
const ROWS: u64 = 500;
const BAD: u64 = 12;

/// Signs in, works, and leaves pictures and files in a folder.
pub(crate) async fn main_job(branch: &mut Branch, folder: &Path) -> Result<(), Problem> {
    std::fs::create_dir_all(folder)?;
    let folder = folder.canonicalize()?;
    let desk = Desk::open(&branch.home()).await?;
    let camera = Camera { desk: &desk, folder: folder.clone() };
    desk.sees(&word("session.password")).await?;
    camera.picture("01-sign-in").await?;
    desk.give_password(PASSWORD).await?;
    desk.sees(&word("customers.new")).await?;
    camera.picture("02-customers").await?;
    customer(&desk, &camera).await?;
    files(&desk, &camera, branch, &folder).await?;
    conflict(&desk, &camera, branch).await?;
    holdings(&desk, &camera, branch).await?;
    around(&desk, &camera).await?;
    desk.close().await?;
    tell(&format!("demo: pictures and files are in {}", folder.display()));
    Ok(())
}

struct Camera<'a> {
    desk: &'a Desk,
    folder: PathBuf,
}

impl Camera<'_> {
    async fn picture(&self, name: &str) -> Result<(), Problem> {
        tell(&format!("demo: {name}"));
        self.desk.picture(&self.folder.join(format!("{name}.png"))).await
    }
}

/// Adds a customer, finds the customer by initials, and changes a field.
async fn customer(desk: &Desk, camera: &Camera<'_>) -> Result<(), Problem> {
    let values = [("name", NAME), ("document_number", "11010519491231002X"), ("mobile", "138 0013 8000")];
    desk.add_customer(&values).await?;
    desk.go("nav.customers").await?;
    desk.search("oymb", NAME).await?;
    camera.picture("03-search").await?;
    desk.enter().await?;
    desk.sees(&word("customers.panel_identity")).await?;
    camera.picture("04-customer").await?;
    desk.press(&[], 'e').await?;
    desk.fill(&word("customers.fields.occupation"), "退休教师").await?;
    camera.picture("05-edit").await?;
    desk.press(&[Key::Control], 's').await?;
    desk.sees("退休教师").await
}

/// Brings a list in, with rows that can't be taken, and takes the whole list out.
async fn files(desk: &Desk, camera: &Camera<'_>, branch: &Branch, folder: &Path) -> Result<(), Problem> {
    let list = folder.join("新客户名单.csv");
    let from = 1_000;
    List { sample: branch.sample, from, rows: ROWS, bad: BAD, encoding: Encoding::Gb18030 }.write(&list)?;
    desk.check_file(&list).await?;
    camera.picture("06-import-check").await?;
    desk.run_import(u32::try_from(ROWS - BAD)?).await?;
    camera.picture("07-import-result").await?;
    let out = folder.join("客户名单.csv");
    // A file of an earlier demonstration would be asked about.
    match std::fs::remove_file(&out) {
        Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => return Err(problem.into()),
        _ => {}
    }
    desk.open_export(&out, "季度客户回访").await?;
    camera.picture("08-export").await?;
    desk.run_export().await?;
    camera.picture("09-export-result").await
}

/// Two people change one address without knowing of each other; the sync centre asks which one stands.
async fn conflict(desk: &Desk, camera: &Camera<'_>, branch: &mut Branch) -> Result<(), Problem> {
    synced(branch).await?;
    branch.cut().await;
    desk.go("nav.customers").await?;
    desk.search("oymb", NAME).await?;
    desk.enter().await?;
    desk.sees(&word("customers.panel_identity")).await?;
    desk.press(&[], 'e').await?;
    desk.fill(&word("customers.fields.address"), "文三路199号2幢").await?;
    desk.press(&[Key::Control], 's').await?;
    desk.sees(&word("customers.panel_identity")).await?;
    camera.picture("10-offline").await?;
    // The colleague's change is there first: who comes second is asked.
    change_elsewhere(branch).await?;
    branch.colleague.sync_run(()).await?;
    branch.come_back().await?;
    desk.go("nav.sync").await?;
    desk.click(&word("sync.now")).await?;
    let settle = word("sync.settle_of").replace("{{name}}", NAME);
    desk.sees(&word("sync.conflicts")).await?;
    camera.picture("11-sync-centre").await?;
    desk.click(&settle).await?;
    camera.picture("12-conflict").await?;
    desk.click(&word("sync.mine")).await?;
    desk.press(&[Key::Control], Key::Enter.value()).await?;
    desk.sees(&word("sync.waiting_empty_title")).await?;
    camera.picture("13-settled").await
}

/// A customer of the sample branch, with what the bank's systems delivered.
async fn holdings(desk: &Desk, camera: &Camera<'_>, branch: &Branch) -> Result<(), Problem> {
    let customer = branch.sample.customer(0);
    let name = customer.values.get(&Field::Name).ok_or("a sample customer has a name")?;
    desk.go("nav.customers").await?;
    desk.search(name, name).await?;
    desk.enter().await?;
    desk.sees(&word("accounts.panel_holdings")).await?;
    camera.picture("14-holdings").await
}

/// The screens beside the main job, up to the lock.
async fn around(desk: &Desk, camera: &Camera<'_>) -> Result<(), Problem> {
    for (page, shown, name) in [
        ("nav.tags", "tags.create", "15-tags"),
        ("nav.settings", "settings.theme", "16-settings"),
        ("nav.help", "help.related", "17-help"),
    ] {
        desk.go(page).await?;
        desk.sees(&word(shown)).await?;
        camera.picture(name).await?;
    }
    desk.click(&word("shell.user_menu")).await?;
    desk.click(&word("session.account")).await?;
    desk.sees(&word("session.change_password")).await?;
    camera.picture("18-account").await?;
    desk.press(&[Key::Control], 'l').await?;
    desk.sees(&word("session.locked_title")).await?;
    camera.picture("19-lock").await
}

/// Waits until the colleague has what the window made.
async fn synced(branch: &Branch) -> Result<(), Problem> {
    for _ in 0..200 {
        branch.colleague.sync_run(()).await?;
        let input = FindCustomers { text: NAME.to_owned(), limit: 1 };
        if !branch.colleague.customers_find(input).await?.is_empty() {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Err("the customer did not reach the colleague".into())
}

async fn change_elsewhere(branch: &Branch) -> Result<(), Problem> {
    let input = FindCustomers { text: NAME.to_owned(), limit: 1 };
    let found = branch.colleague.customers_find(input).await?;
    let id = found.first().ok_or("the customer is not on the colleague's device")?.id;
    let revision =
        branch.colleague.customers_get(lq_client::contract::customers::CustomerRef { id }).await?.revision;
    let values = BTreeMap::from([(Field::Address, "学院路8号1幢501室".to_owned())]);
    branch.colleague.customers_update(UpdateCustomer { id, revision, values, reason: None }).await?;
    Ok(())
}
