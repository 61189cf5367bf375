//! `dateline serve` as a process of its own

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use super::until;

/// Lines of a log, each with the moment at which it was read.
type Log = Arc<Mutex<Vec<(Instant, String)>>>;

/// The binary with these settings and no others, not even those of a developer's `.env`.
fn dateline(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command
        .args(arguments)
        .env_clear()
        .envs(settings.iter().copied())
        .current_dir(std::env::temp_dir());
    command
}

/// A key that may do this.
pub fn key(database_url: &str, scope: &str) -> String {
    let arguments = ["keys", "create", "--name", "faults", "--scope", scope];
    let made = dateline(&arguments, &[("DATABASE_URL", database_url)]).output();
    let made = made.expect("the binary");
    assert!(made.status.success(), "{made:?}");
    String::from_utf8_lossy(&made.stdout).trim().to_owned()
}

/// A process that brings a database to its shape, and logs what it did.
pub fn migrate(database_url: &str) -> Child {
    let mut command = dateline(&["migrate"], &[("DATABASE_URL", database_url)]);
    command.stderr(Stdio::piped()).spawn().expect("the binary")
}

/// A process that answers. One that is left running is killed.
pub struct Service {
    child: Child,
    /// Where the API listens.
    pub api: String,
    /// Where short links are followed.
    pub public: String,
    log: Log,
}

impl Service {
    /// Serves a database on free ports; `settings` count before the tests' own.
    pub fn start(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let own = [
            ("DATABASE_URL", database_url),
            ("API_LISTEN", "127.0.0.1:0"),
            ("PUBLIC_LISTEN", "127.0.0.1:0"),
            ("WORKERS", "2"),
            ("VISIT_FLUSH_MS", "200"),
            // A line for each request would be most of what there is to do.
            ("RUST_LOG", "info,dateline::base::logging=warn"),
        ];
        let all: Vec<_> = own.iter().chain(settings).copied().collect();
        let mut command = dateline(&["serve"], &all);
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the binary");
        let stderr = child.stderr.take().expect("a log");
        let log = Log::default();
        let (sender, started) = mpsc::channel();
        let lines = Arc::clone(&log);
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("event=started api=http://") {
                    sender.send(rest.to_owned()).ok();
                }
                lines.lock().expect("a log").push((Instant::now(), line));
            }
        });
        let addresses = started.recv_timeout(Duration::from_secs(60));
        let addresses = addresses.expect("a service that starts");
        let (api, public) = addresses.split_once(" public=http://").expect("two");
        Self {
            child,
            api: api.to_owned(),
            public: public.trim().to_owned(),
            log,
        }
    }

    /// `kill -9`, and the moment before it.
    pub fn kill(mut self) -> Instant {
        let before = Instant::now();
        self.child.kill().expect("a process");
        self.child.wait().expect("an end");
        before
    }

    /// Asks the process to end, as an orchestrator does.
    pub fn terminate(&self) {
        let kill = format!("kill -TERM {}", self.child.id());
        let asked = Command::new("sh").args(["-c", &kill]).status();
        assert!(asked.expect("a shell").success());
    }

    /// How the process ended, which it does within this time.
    pub async fn end(mut self, within: Duration) -> ExitStatus {
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().expect("a process") {
                return status;
            }
            assert!(
                Instant::now() < deadline,
                "does not end within {within:?}: {:#?}",
                self.lines("")
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The lines of the log that hold this.
    pub fn lines(&self, part: &str) -> Vec<(Instant, String)> {
        let log = self.log.lock().expect("a log");
        let with = log.iter().filter(|(_, line)| line.contains(part));
        with.cloned().collect()
    }

    /// When the log first had a line with this after a moment; waits for it.
    pub async fn logged(&self, part: &str, after: Instant) -> Instant {
        let first = || {
            let mut lines = self.lines(part).into_iter();
            lines.find(|(at, _)| *at >= after).map(|(at, _)| at)
        };
        until(part, async || first().is_some()).await;
        first().expect("a line")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // One that has ended cannot be killed.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
