//! The built application at a desk: a window that is looked at and typed into as people do, by the words on it.

mod deeds;
mod process;
mod words;

use process::Driver;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use thirtyfour::common::capabilities::desiredcapabilities::Capabilities;
use thirtyfour::{Key, WebDriver, WebElement};

pub use words::word;

/// What can go wrong at a desk; its text says where.
pub type Problem = Box<dyn std::error::Error + Send + Sync>;

/// How long the desk waits for something to appear. A first import of thousands of rows is the slowest.
const PATIENCE: Duration = Duration::from_secs(60);

/// From then on it is told how long something took.
const SLOW: Duration = Duration::from_secs(2);

/// Finds what people see: kind and name in, element out.
const FIND: &str = include_str!("find.js");

/// Notes on an element whether it is clicked from now on, and where the next click goes instead.
const AIM: &str = include_str!("aim.js");

/// Whether it was clicked since, or is gone with the click.
const LANDED: &str = "const [aimed] = arguments; return aimed.landed || !aimed.isConnected;";

/// Where the click went, and where the element was and is.
const WENT: &str = "const [aimed] = arguments; return `${aimed.went}; ${aimed.was}, now ${aimed.is()}`;";

/// The application, open in its window.
#[derive(Debug)]
pub struct Desk {
    window: WebDriver,
    driver: Driver,
    home: PathBuf,
}

impl Desk {
    /// Starts the built application over a folder.
    ///
    /// # Errors
    /// When it was not built, there is no display, or the window does not answer.
    pub async fn open(home: &Path) -> Result<Self, Problem> {
        // Fails only when a provider is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let program = built("langqiao")?;
        let driver = Driver::start(home).await?;
        let mut wanted = Capabilities::new();
        wanted.set("webkitgtk:browserOptions", json!({ "binary": program, "args": [] }))?;
        let window = WebDriver::new(driver.address(), wanted).await?;
        Ok(Self { window, driver, home: home.to_owned() })
    }

    /// Clicks what has this name: a button, a link, an entry of a menu or list.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn click(&self, name: &str) -> Result<(), Problem> {
        self.click_on("button", name).await.map(drop)
    }

    /// Clicks an element, and gives it. What moves just then, is covered by what moves, or was drawn anew is looked for
    /// again; a click that landed beside it, as the page moved under the pointer, is made again.
    async fn click_on(&self, kind: &str, name: &str) -> Result<WebElement, Problem> {
        let began = Instant::now();
        loop {
            self.settle().await?;
            let element = self.find(kind, name).await?;
            let problem: Problem = match self.hit(&element).await {
                Ok(true) => return Ok(element),
                Ok(false) => {
                    let went = self.window.execute(WENT, vec![element.to_json()?]).await?;
                    format!("the clicks do not land on it but on {}", went.json()).into()
                }
                Err(problem) => problem,
            };
            Self::note_slow(began, &format!("{kind} “{name}”: {problem}"));
            if began.elapsed() > PATIENCE {
                return Err(format!("{kind} “{name}”: {problem}").into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits a moment for what opens or closes: a dialog grows out of the button that opened it, and a button in it is not yet
    /// where it will be. No person is as fast as that.
    async fn settle(&self) -> Result<(), Problem> {
        for _ in 0..40 {
            if !self.look("stillness", "").await?.is_null() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Clicks once; whether the click landed.
    async fn hit(&self, element: &WebElement) -> Result<bool, Problem> {
        let aimed = element.to_json()?;
        element.scroll_into_view().await?;
        self.window.execute(AIM, vec![aimed.clone()]).await?;
        let began = Instant::now();
        element.click().await?;
        Self::note_slow(began, "the click itself");
        for _ in 0..40 {
            // A click that leads elsewhere takes the element away.
            match self.window.execute(LANDED, vec![aimed.clone()]).await {
                Ok(landed) if landed.json() != &json!(true) => {
                    tokio::time::sleep(Duration::from_millis(50)).await
                }
                Ok(_) | Err(_) => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Types into the field of this name, instead of what stands there.
    ///
    /// # Errors
    /// When there is no such field.
    pub async fn fill(&self, field: &str, text: &str) -> Result<(), Problem> {
        let element = self.click_on("field", field).await?;
        self.press(&[Key::Control], 'a').await?;
        element.send_keys(text).await?;
        Ok(())
    }

    /// Chooses from the list that opens at the field of this name. The choice is typed and taken
    /// with Enter: a long list draws only what is seen, and what fits moves under the pointer.
    ///
    /// # Errors
    /// When there is no such field or choice.
    pub async fn choose(&self, field: &str, choice: &str) -> Result<(), Problem> {
        let began = Instant::now();
        loop {
            self.fill(field, choice).await?;
            self.find("choice", choice).await?;
            self.enter().await?;
            if self.shows_choice(field, choice).await? {
                return Ok(());
            }
            Self::note_slow(began, &format!("“{choice}” does not stay chosen in “{field}”"));
            // The list was drawn anew just then. A person would choose again.
            if began.elapsed() > PATIENCE {
                return Err(format!("“{choice}” does not stay chosen in “{field}”").into());
            }
        }
    }

    /// Whether a list shows its choice, now or in a moment.
    async fn shows_choice(&self, field: &str, choice: &str) -> Result<bool, Problem> {
        for _ in 0..40 {
            if !self.look("chosen", &format!("{field}\n{choice}")).await?.is_null() {
                return Ok(true);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(false)
    }

    /// Types where the focus is.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn write(&self, text: &str) -> Result<(), Problem> {
        self.window.active_element().await?.send_keys(text).await?;
        Ok(())
    }

    /// Presses a key while others are held.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn press(&self, held: &[Key], key: char) -> Result<(), Problem> {
        let mut chain = self.window.action_chain();
        for key in held {
            chain = chain.key_down(key.clone());
        }
        chain = chain.key_down(key).key_up(key);
        for key in held {
            chain = chain.key_up(key.clone());
        }
        Ok(chain.perform().await?)
    }

    /// Presses Enter.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn enter(&self) -> Result<(), Problem> {
        self.press(&[], Key::Enter.value()).await
    }

    /// Waits until the window shows a text.
    ///
    /// # Errors
    /// When it does not.
    pub async fn sees(&self, text: &str) -> Result<(), Problem> {
        self.find("text", text).await.map(drop)
    }

    /// Whether the window shows a text now.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn shows(&self, text: &str) -> Result<bool, Problem> {
        Ok(!self.look("text", text).await?.is_null())
    }

    /// Waits until a text is shown, several times as long as for anything else: the end of work on a hundred thousand rows.
    ///
    /// # Errors
    /// When it is not shown even then.
    pub async fn sees_at_last(&self, text: &str) -> Result<(), Problem> {
        for _ in 0..4 {
            if self.sees(text).await.is_ok() {
                return Ok(());
            }
        }
        self.sees(text).await
    }

    /// What stands in the field of this name.
    ///
    /// # Errors
    /// When there is no such field.
    pub async fn value(&self, field: &str) -> Result<String, Problem> {
        let element = self.find("field", field).await?;
        Ok(element.prop("value").await?.unwrap_or_default())
    }

    /// What stands beside a name on a page of values, with the words of the buttons there.
    ///
    /// # Errors
    /// When the name is not there.
    pub async fn fact(&self, name: &str) -> Result<String, Problem> {
        Ok(self.find("fact", name).await?.text().await?)
    }

    /// The cells of a row of a long list, by its place; the header has the place 1. Cells without text are left out.
    ///
    /// # Errors
    /// When the row is not in view.
    pub async fn row(&self, place: u32) -> Result<Vec<String>, Problem> {
        // Not the text as the driver tells it: that leaves out what is scrolled to the side.
        let text = self.find("row", &place.to_string()).await?.prop("innerText").await?.unwrap_or_default();
        Ok(text.lines().map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect())
    }

    /// Keeps a picture of the window.
    ///
    /// # Errors
    /// When it can't be written.
    pub async fn picture(&self, path: &Path) -> Result<(), Problem> {
        tokio::time::sleep(Duration::from_millis(400)).await;
        self.find("stillness", "").await?;
        Ok(self.window.screenshot(path).await?)
    }

    /// Ends the application without asking it, as a power cut would.
    ///
    /// # Errors
    /// When it does not run.
    pub fn cut(self) -> Result<(), Problem> {
        let ended = process::kill_application(&self.home);
        // There is no session left to end.
        self.window.leak()?;
        drop(self.driver);
        ended
    }

    /// Closes the window as its user does.
    ///
    /// # Errors
    /// When the window does not answer.
    pub async fn close(self) -> Result<(), Problem> {
        self.window.quit().await?;
        Ok(())
    }

    /// What the window shows, as text; for saying what was there instead.
    async fn text(&self) -> String {
        let shown = self.window.execute("return document.body.innerText", Vec::new()).await;
        shown.ok().and_then(|shown| shown.json().as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Tells what took long, and decides nothing: a test that fails elsewhere may have its reason here.
    fn note_slow(began: Instant, what: &str) {
        if began.elapsed() > SLOW {
            // With nobody to read it there is nothing to do about it.
            let _ = writeln!(std::io::stderr(), "{:7.1} s  waited: {what}", began.elapsed().as_secs_f64());
        }
    }

    async fn look(&self, kind: &str, name: &str) -> Result<Value, Problem> {
        Ok(self.window.execute(FIND, vec![json!(kind), json!(name)]).await?.json().clone())
    }

    async fn find(&self, kind: &str, name: &str) -> Result<WebElement, Problem> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let found = self.window.execute(FIND, vec![json!(kind), json!(name)]).await?;
            if !found.json().is_null() {
                Self::note_slow(began, &format!("{kind} “{name}” was not there"));
                return Ok(found.element()?);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let shown: String = self.text().await.chars().take(800).collect();
        Err(format!("no {kind} “{name}”; the window shows: {shown}").into())
    }
}

/// A program that was built beside the running one.
///
/// # Errors
/// When it was not built.
pub fn built(name: &str) -> Result<PathBuf, Problem> {
    let own = std::env::current_exe()?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let beside = own.ancestors().skip(1).take(2).map(|folder| folder.join(&file)).find(|path| path.is_file());
    beside.ok_or_else(|| format!("{name} was not built: cargo build --workspace").into())
}
