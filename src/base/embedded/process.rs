//! Running Postgres' programs as somebody they accept, and never longer than this process.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{self, Command, ExitStatus, Stdio};
use std::sync::{Arc, OnceLock};
use std::thread;

use tokio::sync::oneshot;

use super::EmbeddedError;

/// Ends the command at once if its parent died before the death signal was set.
const ORPHAN_CHECK: &str = r#"[ "$PPID" = "$0" ] && exec "$@""#;

/// The effective user id of this process.
pub(super) fn user_id() -> Result<u32, EmbeddedError> {
    let path = Path::new("/proc/self/status");
    let status = std::fs::read_to_string(path).map_err(EmbeddedError::io("read", path))?;
    // Source: proc_pid_status(5), "Uid: real, effective, saved set, filesystem".
    status
        .lines()
        .find_map(|line| line.strip_prefix("Uid:"))
        .and_then(|ids| ids.split_whitespace().nth(1))
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| EmbeddedError::Io {
            doing: format!("find the user id in {}", path.display()),
            source: io::ErrorKind::InvalidData.into(),
        })
}

/// A command that runs `program`, to which arguments may be added.
///
/// - Postgres refuses root. As root, the program runs in a user namespace in which root's files are
///   those of the user "nobody", so it needs no other user who would have to reach the folder.
/// - It gets `when_orphaned` (a signal's name) when the thread that starts it ends. This is set
///   inside the namespace, because a change of user clears it.
/// - It has its own process group, so that Ctrl-C in a terminal reaches this process alone, which
///   then stops it when the last query is done.
/// - The caller's `PG…` variables are those of a client; some would change the server.
pub(super) fn command_for(program: &Path, when_orphaned: &str) -> Result<Command, EmbeddedError> {
    let mut command = if user_id()? == 0 {
        let mut command = Command::new("unshare");
        command
            .args(["--user", "--map-user=65534", "--map-group=65534"])
            .args(["--", "setpriv"]);
        command
    } else {
        Command::new("setpriv")
    };
    command
        .args(["--pdeathsig", when_orphaned, "--", "sh", "-c", ORPHAN_CHECK])
        .arg(process::id().to_string())
        .arg(program)
        .env("LC_ALL", "C.UTF-8")
        .process_group(0);
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"PG") {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// A child process and the thread that waits for its end.
#[derive(Debug)]
pub(super) struct Kept {
    pid: u32,
    ended: Arc<OnceLock<String>>,
}

/// Starts a command on a thread of its own, which lives until the child ends.
///
/// The parent-death signal is bound to the thread that starts a child, not to the process; a thread
/// of Tokio's may end at any time, and would take the server with it.
pub(super) async fn keep(mut command: Command) -> io::Result<Kept> {
    let (born, birth) = oneshot::channel();
    let ended = Arc::new(OnceLock::new());
    let result = Arc::clone(&ended);
    thread::Builder::new()
        .name("postgres".to_owned())
        .spawn(move || match command.spawn() {
            Ok(mut child) => {
                if born.send(Ok(child.id())).is_err() {
                    // Nobody waits any more, so nobody would ever stop it; it has no data yet.
                    let _ = child.kill();
                }
                let _ = result.set(outcome(child.wait()));
            }
            Err(error) => {
                let _ = born.send(Err(error));
            }
        })?;
    let pid = birth.await.map_err(io::Error::other)??;
    Ok(Kept { pid, ended })
}

fn outcome(result: io::Result<ExitStatus>) -> String {
    match result {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    }
}

impl Kept {
    /// The process id, which is the server's own: everything before it was `exec`.
    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// How the process ended, once it has.
    pub(super) fn ended(&self) -> Option<&str> {
        self.ended.get().map(String::as_str)
    }

    /// Sends a signal. The shell does it, because std can only kill; a process that has ended in
    /// the meantime is no error.
    pub(super) async fn signal(&self, name: &str) -> io::Result<()> {
        let pid = self.pid.to_string();
        tokio::process::Command::new("sh")
            .args(["-c", r#"kill -s "$0" "$1""#, name, &pid].map(OsStr::new))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .await?;
        Ok(())
    }
}
