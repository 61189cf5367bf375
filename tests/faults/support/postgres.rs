//! A Postgres that a test can stop and start again.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use dateline::base::embedded::{Durability, Embedded, Settings};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use super::{run, until};

/// A server on a folder of its own, which is removed with it.
pub struct Postgres {
    folder: PathBuf,
    running: Option<Embedded>,
    url: String,
}

impl Postgres {
    /// A server with an empty database, which loses nothing that was committed.
    pub async fn start() -> Self {
        let name = format!("dateline-faults-{}", Uuid::now_v7().simple());
        let mut postgres = Self {
            folder: std::env::temp_dir().join(name),
            running: None,
            url: String::new(),
        };
        postgres.start_again().await;
        postgres
    }

    /// Starts a server that was stopped, on what it had.
    pub async fn start_again(&mut self) {
        let settings = Settings {
            data_dir: self.folder.clone(),
            binaries: std::env::var_os("POSTGRES_BIN").map(PathBuf::from),
            durability: Durability::Full,
        };
        let running = Embedded::start(&settings).await.expect("a server");
        self.url = running.url();
        self.running = Some(running);
    }

    /// Stops the server and throws out whoever is connected.
    pub async fn stop(&mut self) {
        let running = self.running.take().expect("a server that runs");
        running.stop().await.expect("a server that ends");
    }

    /// Has the server end at once, as a crash does: it writes nothing more, and recovers when it is started again.
    pub async fn crash(&mut self) {
        let file = std::fs::read_to_string(self.folder.join("cluster/postmaster.pid"));
        let file = file.expect("a server that runs");
        let pid = file.lines().next().expect("its number");
        run(Command::new("sh").args(["-c", &format!("kill -QUIT {pid}")]));
        let cluster = format!("/proc/{pid}");
        until("an end", async || !Path::new(&cluster).exists()).await;
        self.stop().await;
    }

    /// Takes every connection that there is, and throws out whoever has one.
    pub async fn fill(&self) -> Vec<Client> {
        let url = format!("{}?application_name=full", self.url);
        let others = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
                      where backend_type = 'client backend' and application_name <> 'full'";
        let mut held = vec![Self::connect_to(&url).await];
        loop {
            match tokio_postgres::connect(&url, NoTls).await {
                Ok((client, connection)) => {
                    tokio::spawn(connection);
                    held.push(client);
                }
                Err(_) => {
                    let ended = held[0].query_one(others, &[]).await.expect("a count");
                    if ended.get::<_, i64>(0) == 0 {
                        return held;
                    }
                }
            }
        }
    }

    /// Address of the database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection of the test's own.
    pub async fn connect(&self) -> Client {
        Self::connect_to(&self.url).await
    }

    /// A connection to a database by its address.
    pub async fn connect_to(url: &str) -> Client {
        let (client, connection) = tokio_postgres::connect(url, NoTls)
            .await
            .expect("a server that answers");
        tokio::spawn(connection);
        client
    }

    /// What the server has logged since its last start.
    pub fn log(&self) -> String {
        let log = std::fs::read(self.folder.join("postgres.log")).expect("a log");
        String::from_utf8_lossy(&log).into_owned()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // A server that still runs ends with this process, and misses nothing.
        std::fs::remove_dir_all(&self.folder).ok();
    }
}
