//! `dateline serve` as a process of its own

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
};

use crate::support::signal;

/// The binary with these settings and no others, not even those of a developer's `.env`.
pub fn dateline(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command
        .args(arguments)
        .env_clear()
        .envs(settings.iter().copied())
        .current_dir(std::env::temp_dir());
    command
}

/// A process that answers.
pub struct Process {
    child: Child,
    /// Where the API listens.
    pub api: String,
    /// Where short links are followed.
    pub public: String,
    log: Option<thread::JoinHandle<Vec<String>>>,
}

impl Process {
    /// Serves a database on free ports, and writes its log.
    pub fn serve(database_url: &str) -> Self {
        let settings = [
            ("DATABASE_URL", database_url),
            ("API_LISTEN", "127.0.0.1:0"),
            ("PUBLIC_LISTEN", "127.0.0.1:0"),
            ("WORKERS", "1"),
        ];
        let mut command = dateline(&["serve"], &settings);
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the binary");
        let stderr = child.stderr.take().expect("a log");
        let (sender, started) = mpsc::channel();
        let log = thread::spawn(move || {
            let mut all = Vec::new();
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("event=started api=http://") {
                    sender.send(rest.to_owned()).ok();
                }
                all.push(line);
            }
            all
        });
        let addresses = started.recv().expect("a service that starts");
        let (api, public) = addresses.split_once(" public=http://").expect("two");
        Self {
            child,
            api: api.to_owned(),
            public: public.trim().to_owned(),
            log: Some(log),
        }
    }

    /// Asks the process to end, as an orchestrator does.
    pub fn terminate(&self) {
        signal("TERM", self.child.id());
    }

    /// How the process ended, and what it logged.
    pub fn end(mut self) -> (ExitStatus, Vec<String>) {
        let status = self.child.wait().expect("an end");
        let log = self.log.take().map(thread::JoinHandle::join);
        (status, log.expect("a log").expect("a log"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // What a test that failed has left behind; one that has ended cannot be killed.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
