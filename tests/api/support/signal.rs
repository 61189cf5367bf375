//! Signals to processes.

use std::{fmt::Display, process::Command};

/// Sends a process a signal by its name, such as `TERM`.
pub fn signal(name: &str, pid: impl Display) {
    let kill = format!("kill -{name} {pid}");
    let sent = Command::new("sh").args(["-c", &kill]).status();
    assert!(sent.expect("a shell").success());
}
