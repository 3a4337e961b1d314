//! What people do all day at the window, in the steps that the window asks for.

use super::{Desk, Problem, word};
use std::path::Path;
use thirtyfour::Key;

impl Desk {
    /// Makes a store that works alone.
    ///
    /// # Errors
    /// When a step does not go as shown.
    pub async fn begin_alone(&self, name: &str, login: &str, password: &str) -> Result<(), Problem> {
        self.click(&word("session.way_alone")).await?;
        self.fill(&word("session.name"), name).await?;
        self.fill(&word("session.login"), login).await?;
        self.fill(&word("session.password"), password).await?;
        self.fill(&word("session.password_again"), password).await?;
        self.enter().await?;
        self.sees(&word("customers.empty_title")).await
    }

    /// Types the password at the sign-in or the lock.
    ///
    /// # Errors
    /// When it is not asked for.
    pub async fn give_password(&self, password: &str) -> Result<(), Problem> {
        self.fill(&word("session.password"), password).await?;
        self.enter().await
    }

    /// Adds a customer by the form; values by the words of the fields.
    ///
    /// # Errors
    /// When a step does not go as shown.
    pub async fn add_customer(&self, values: &[(&str, &str)]) -> Result<(), Problem> {
        self.go("nav.customers").await?;
        self.click(&word("customers.new")).await?;
        for (field, text) in values {
            self.fill(&word(&format!("customers.fields.{field}")), text).await?;
        }
        self.press(&[Key::Control], 's').await?;
        self.sees(&word("customers.panel_identity")).await
    }

    /// Changes the customer whose page is open; values by the words of the fields.
    ///
    /// # Errors
    /// When a step does not go as shown.
    pub async fn edit_customer(&self, values: &[(&str, &str)]) -> Result<(), Problem> {
        self.click(&word("customers.edit")).await?;
        for (field, text) in values {
            self.fill(&word(&format!("customers.fields.{field}")), text).await?;
        }
        self.press(&[Key::Control], 's').await?;
        self.sees(&word("customers.form_saved")).await?;
        self.sees(&word("customers.panel_identity")).await
    }

    /// Opens a page by the navigation.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn go(&self, page: &str) -> Result<(), Problem> {
        self.click(&word(page)).await
    }

    /// Looks for somebody from wherever one is, and opens the page.
    ///
    /// # Errors
    /// When nobody is found.
    pub async fn search(&self, typed: &str, expected: &str) -> Result<(), Problem> {
        self.press(&[Key::Control], 'k').await?;
        self.fill(&word("palette.placeholder"), typed).await?;
        self.find("option", expected).await.map(drop)
    }

    /// Brings a file in, with the columns as they were understood, up to the result of the check.
    ///
    /// # Errors
    /// When a step does not go as shown.
    pub async fn check_file(&self, file: &Path) -> Result<(), Problem> {
        self.open_file(file).await?;
        self.check_mapping().await
    }

    /// Brings a file in, up to the question where its columns go.
    ///
    /// # Errors
    /// When a step does not go as shown.
    pub async fn open_file(&self, file: &Path) -> Result<(), Problem> {
        self.go("nav.imports").await?;
        self.fill(&word("imports.path"), &file.to_string_lossy()).await?;
        self.enter().await?;
        self.click(&word("imports.next_file")).await?;
        self.sees(&word("imports.mapping")).await
    }

    /// Says by hand where a column goes.
    ///
    /// # Errors
    /// When there is no such column or place.
    pub async fn map(&self, column: &str, target: &str) -> Result<(), Problem> {
        self.choose(&word("imports.target_of").replace("{{column}}", column), target).await
    }

    /// Checks the rows with the columns as they stand.
    ///
    /// # Errors
    /// When it does not end well.
    pub async fn check_mapping(&self) -> Result<(), Problem> {
        self.click(&word("imports.next_mapping")).await?;
        self.sees(&word("imports.report_check")).await
    }

    /// Runs the import that was checked; `rows` are those that can be taken.
    ///
    /// # Errors
    /// When it does not end well.
    pub async fn run_import(&self, rows: u32) -> Result<(), Problem> {
        self.click(&word("imports.next_check_other").replace("{{count}}", &rows.to_string())).await?;
        self.sees_at_last(&word("imports.report_run")).await
    }

    /// Saves the rows that could not be taken, from the result that is shown.
    ///
    /// # Errors
    /// When there are none, or the file can't be written.
    pub async fn save_errors(&self, file: &Path) -> Result<(), Problem> {
        let path = file.to_string_lossy();
        self.fill(&word("imports.errors_path"), &path).await?;
        self.enter().await?;
        self.sees(&word("imports.errors_saved").replace("{{path}}", &path)).await
    }

    /// Takes the whole import back whose result is shown.
    ///
    /// # Errors
    /// When it does not begin.
    pub async fn undo_import(&self) -> Result<(), Problem> {
        self.click(&word("imports.undo")).await?;
        self.sees(&word("imports.undo_title")).await?;
        self.click(&word("imports.undo")).await?;
        self.sees(&word("imports.undo_started")).await
    }

    /// Makes a tag.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn add_tag(&self, name: &str) -> Result<(), Problem> {
        self.go("nav.tags").await?;
        self.click(&word("tags.create")).await?;
        self.fill(&word("tags.name"), name).await?;
        self.enter().await?;
        self.sees(&word("tags.created").replace("{{name}}", name)).await
    }

    /// Puts a tag on the customer whose page is open.
    ///
    /// # Errors
    /// When there is no such tag.
    pub async fn put_tag(&self, name: &str) -> Result<(), Problem> {
        self.click(&word("customers.tag")).await?;
        self.choose(&word("customers.tag_add"), name).await?;
        self.click(&word("common.save")).await?;
        self.sees(&word("customers.tagged_other").replace("{{shown}}", "1")).await
    }

    /// Takes the list out into a file, with the columns that the list shows.
    ///
    /// # Errors
    /// When it does not end well.
    pub async fn export(&self, file: &Path, reason: &str) -> Result<(), Problem> {
        self.open_export(file, reason).await?;
        self.run_export().await
    }

    /// Takes the list out into a file, with all columns.
    ///
    /// # Errors
    /// When it does not end well.
    pub async fn export_all_columns(&self, file: &Path, reason: &str) -> Result<(), Problem> {
        self.open_export(file, reason).await?;
        self.click(&word("exports.all")).await?;
        self.run_export().await
    }

    /// Says where the list is to go, and why.
    ///
    /// # Errors
    /// When the list or the form does not appear.
    pub async fn open_export(&self, file: &Path, reason: &str) -> Result<(), Problem> {
        self.go("nav.customers").await?;
        self.sees(&word("customers.new")).await?;
        self.press(&[Key::Control, Key::Shift], 'E').await?;
        self.fill(&word("exports.reason"), reason).await?;
        self.fill(&word("exports.path"), &file.to_string_lossy()).await
    }

    /// Runs the export that was opened.
    ///
    /// # Errors
    /// When it does not end well.
    pub async fn run_export(&self) -> Result<(), Problem> {
        self.press(&[Key::Control], Key::Enter.value()).await?;
        self.sees(&word("exports.result")).await
    }
}
