//! The process that is killed, as its killer sees it.

use crate::Failure;
use crate::said::Said;
use crate::worker::Order;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout_at;

const SIGKILL: i32 = 9;
/// The word that makes this program the one that is killed.
pub(crate) const WORD: &str = "work";
/// The timer's grain: the last moments are slept through exactly.
const GRAIN: Duration = Duration::from_millis(2);
/// How long something may take that takes a moment; other work may be running on the machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A process at work.
pub(crate) struct Prey {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    heard: Vec<Said>,
    /// When it began.
    pub(crate) began: Instant,
}

/// What was heard of a life, and whether it ended by the kill.
pub(crate) struct Life {
    pub(crate) heard: Vec<Said>,
    pub(crate) killed: bool,
}

impl Life {
    /// Why it ended before it was killed.
    pub(crate) fn fault(&self) -> Option<String> {
        let failed = self.heard.iter().find_map(|said| match said {
            Said::Failed(why) => Some(why.clone()),
            _ => None,
        });
        failed.or_else(|| (!self.killed).then(|| "it ended without a word".to_owned()))
    }
}

impl Prey {
    /// Starts this program once more, as the one that is killed.
    pub(crate) fn start(order: &Order) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(WORD).arg(serde_json::to_string(order)?);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let began = Instant::now();
        let mut child = command.spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        Ok(Self { child, lines: BufReader::new(out).lines(), heard: Vec::new(), began })
    }

    /// Listens until a line comes that is wanted, or the time is over; whether it came. Who has ended says nothing more.
    async fn listen(&mut self, until: Instant, wanted: impl Fn(&Said) -> bool) -> Result<bool, Failure> {
        while let Ok(line) = timeout_at(until.into(), self.lines.next_line()).await {
            let Some(line) = line? else { return Ok(false) };
            let Some(said) = Said::read(&line) else { continue };
            let found = wanted(&said);
            self.heard.push(said);
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Waits for a line; the moment at which it was heard, unless the process ends before.
    pub(crate) async fn hears(&mut self, wanted: impl Fn(&Said) -> bool) -> Result<Option<Instant>, Failure> {
        let came = self.listen(Instant::now() + PATIENCE, wanted).await?;
        Ok(came.then(Instant::now))
    }

    /// Whether this was the last line.
    pub(crate) fn says(&self, said: &Said) -> bool {
        self.heard.last() == Some(said)
    }

    /// As [`Prey::hears`], for so long.
    pub(crate) async fn hears_within(
        &mut self,
        patience: Duration,
        wanted: impl Fn(&Said) -> bool,
    ) -> Result<bool, Failure> {
        self.listen(Instant::now() + patience, wanted).await
    }

    /// Tells it to go on.
    pub(crate) async fn go_on(&mut self) -> Result<(), Failure> {
        let input = self.child.stdin.as_mut().ok_or("no input")?;
        // Who has ended hears nothing, which its status tells.
        let _ = input.write_all(b"go on\n").await;
        Ok(())
    }

    /// Listens until the moment.
    pub(crate) async fn lives_until(&mut self, moment: Instant) -> Result<(), Failure> {
        let before = moment.checked_sub(GRAIN).unwrap_or(moment);
        self.listen(before, |_| false).await?;
        std::thread::sleep(moment.saturating_duration_since(Instant::now()));
        Ok(())
    }

    /// Kills it; everything that it has said.
    pub(crate) async fn kill(mut self) -> Result<Life, Failure> {
        // It may have ended by itself, which its status tells.
        let _ = self.child.start_kill();
        let status = self.child.wait().await?;
        self.listen(Instant::now() + PATIENCE, |_| false).await?;
        Ok(Life { heard: self.heard, killed: status.signal() == Some(SIGKILL) })
    }
}
