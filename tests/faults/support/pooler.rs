//! pgbouncer between a service and its Postgres

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use tokio_postgres::{NoTls, config::Host};
use uuid::Uuid;

use super::{Postgres, tools::as_no_root, until};

/// A pgbouncer on a socket of its own, which ends with the test.
pub struct Pooler {
    child: Child,
    folder: PathBuf,
}

impl Pooler {
    /// One that lends connections as `mode` says, and is set up in nothing else.
    pub async fn start(postgres: &Postgres, mode: &str) -> Self {
        let server: tokio_postgres::Config = postgres.url().parse().expect("an address");
        let Some(Host::Unix(server)) = server.get_hosts().first() else {
            panic!("a server on a socket: {}", postgres.url());
        };
        let name = format!("dateline-pooler-{}", Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).expect("a folder");
        let settings = folder.join("pgbouncer.ini");
        let (server, here) = (server.display(), folder.display());
        let text = format!(
            "[databases]\n* = host={server} port=5432 user=dateline\n\
             [pgbouncer]\nauth_type = any\nunix_socket_dir = {here}\nlisten_port = 6432\n\
             pool_mode = {mode}\ndefault_pool_size = 50\n"
        );
        std::fs::write(&settings, text).expect("a file");
        let log = std::fs::File::create(folder.join("log")).expect("a file");
        let child = as_no_root(Command::new("pgbouncer"))
            .arg(settings)
            .stderr(log)
            .stdout(Stdio::null())
            .spawn();
        let pooler = Self {
            child: child.expect("pgbouncer"),
            folder,
        };
        let url = pooler.url("dateline");
        until("a pooler that answers", async || {
            tokio_postgres::connect(&url, NoTls).await.is_ok()
        })
        .await;
        pooler
    }

    /// Address of a database behind it.
    pub fn url(&self, database: &str) -> String {
        let folder = self.folder.to_str().expect("a path").replace('/', "%2F");
        format!("postgres://dateline@{folder}:6432/{database}")
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).expect("a log")
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}
