//! A hot standby that follows a test's Postgres

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use tokio_postgres::{Client, config::Host};
use uuid::Uuid;

use super::{
    Postgres, run,
    tools::{as_no_root, client_program},
    until,
};

/// What a standby is started with besides what its primary has.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    // Reads give way to the replay at once.
    "max_standby_streaming_delay=0",
    // Asks again soon when its primary was away.
    "wal_retrieve_retry_interval=100ms",
];

/// A standby on a folder of its own, which is removed with it.
pub struct Standby {
    folder: PathBuf,
    running: Option<Child>,
}

impl Standby {
    /// A standby that streams from a primary.
    pub async fn of(primary: &Postgres) -> Self {
        let server: tokio_postgres::Config = primary.url().parse().expect("an address");
        let Some(Host::Unix(host)) = server.get_hosts().first() else {
            panic!("a server on a socket: {}", primary.url());
        };
        let name = format!("dateline-standby-{}", Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).expect("a folder");
        run(client_program("pg_basebackup")
            .args(["--username=dateline", "--write-recovery-conf"])
            .args(["--wal-method=stream", "--checkpoint=fast", "--no-sync"])
            .arg("--host")
            .arg(host)
            .arg("--pgdata")
            .arg(folder.join("cluster")));
        let mut standby = Self {
            folder,
            running: None,
        };
        standby.start().await;
        standby
    }

    /// Starts it, on what it had.
    pub async fn start(&mut self) {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"));
        let mut command = as_no_root(client_program("postgres"));
        command.arg("-D").arg(self.folder.join("cluster"));
        command.args(["-p", "5432", "-k"]).arg(&self.folder);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.stdout(Stdio::null()).stderr(log.expect("a log"));
        self.running = Some(command.spawn().expect("a server"));
        until("a standby that answers", async || {
            tokio_postgres::connect(&self.url(), tokio_postgres::NoTls)
                .await
                .is_ok()
        })
        .await;
    }

    /// Ends it as a crash would, with every session.
    pub async fn crash(&mut self) {
        let mut running = self.running.take().expect("a server that runs");
        let kill = format!("kill -QUIT {}", running.id());
        run(Command::new("sh").args(["-c", &kill]));
        until("the end of a standby", async || {
            running.try_wait().expect("a process").is_some()
        })
        .await;
    }

    /// Address of the database.
    pub fn url(&self) -> String {
        let folder = self.folder.to_str().expect("a path").replace('/', "%2F");
        format!("postgres://dateline@{folder}:5432/dateline")
    }

    /// A connection of the test's own.
    pub async fn connect(&self) -> Client {
        Postgres::connect_to(&self.url()).await
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).expect("a log")
    }
}

impl Drop for Standby {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let kill = format!("kill -QUIT {}", running.id());
            Command::new("sh").args(["-c", &kill]).status().ok();
            running.wait().ok();
        }
        std::fs::remove_dir_all(&self.folder).ok();
    }
}
