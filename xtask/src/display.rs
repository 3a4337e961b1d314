//! A screen for windows.

use crate::run::program;
use std::process::Command;

/// The size that the screens are designed for, with all colours.
const SCREEN: &str = "-screen 0 1366x768x24";

/// Whether windows can be shown to somebody.
pub(crate) fn is_there() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()))
}

/// A program under a screen of its own that nobody sees, with a message bus of its own. Windows and macOS have no such
/// thing; there it runs on the desktop.
pub(crate) fn virtual_screen(name: &str) -> Command {
    if !cfg!(target_os = "linux") {
        return program(name);
    }
    let mut command = program("xvfb-run");
    command.args(["-a", "-s", SCREEN, "dbus-run-session", "--", name]);
    // Else the toolkit prefers the desktop that is there.
    command.env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
    command
}
