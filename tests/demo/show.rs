//! The window for somebody who looks.

use crate::branch::{Branch, LOGIN, PASSWORD};
use crate::tell;
use lq_tests::desk::{Problem, built};

/// Opens the window and waits until it is closed.
pub(crate) async fn until_closed(branch: &Branch) -> Result<(), Problem> {
    let mut window = tokio::process::Command::new(built("langqiao")?)
        .env("LANGQIAO_HOME", branch.home())
        .kill_on_drop(true)
        .spawn()?;
    tell(&format!("demo: server {}", branch.server()));
    tell(&format!("demo: sign in as {LOGIN} with the password {PASSWORD}"));
    tell("demo: close the window or press Ctrl+C to end");
    let ended = window.wait().await?;
    if ended.success() { Ok(()) } else { Err(format!("the window: {ended}").into()) }
}
