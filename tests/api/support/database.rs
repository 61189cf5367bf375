//! A database for each test, copied from a template that is migrated once.

use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

use dateline::base::{
    db::{Connection, Connector},
    migrations,
};

/// Held while the template is made, because every test may be the first.
const LOCK: &str = "select pg_advisory_lock(5550001234)";

/// A database that lives as long as its test.
#[derive(Clone)]
pub struct TestDatabase {
    /// Address of the database.
    pub url: String,
    name: String,
}

impl TestDatabase {
    /// Copies the template.
    pub async fn create() -> Self {
        let name = format!("test_{}", Uuid::now_v7().simple());
        let mut admin = connect(&server_url("postgres")).await;
        let template = template(&mut admin).await;
        execute(
            &mut admin,
            &format!("create database {name} template {template}"),
        )
        .await;
        Self {
            url: server_url(&name),
            name,
        }
    }

    /// A connection of the test's own, for what no caller can do.
    pub async fn connect(&self) -> Connection {
        connect(&self.url).await
    }

    /// Removes the database, whoever is still connected.
    pub async fn remove(&self) {
        let mut admin = connect(&server_url("postgres")).await;
        execute(
            &mut admin,
            &format!("drop database if exists {} with (force)", self.name),
        )
        .await;
    }
}

/// The server that `make test` started, with another database.
fn server_url(database: &str) -> String {
    let url = std::env::var("DATABASE_URL").expect("DATABASE_URL: run the tests with `make test`");
    let (server, _) = url.rsplit_once('/').expect("DATABASE_URL names a database");
    format!("{server}/{database}")
}

async fn connect(url: &str) -> Connection {
    let connector = Connector::new(url, std::time::Duration::from_secs(60)).expect("an address");
    connector.connect().await.expect("a server that answers")
}

/// Runs a statement that no caller can run.
pub async fn execute(conn: &mut AsyncPgConnection, sql: &str) {
    diesel::sql_query(sql).execute(conn).await.expect(sql);
}

/// The name of the migrated template. It carries a hash of the migrations, so that a stale one is
/// never used.
async fn template(admin: &mut AsyncPgConnection) -> String {
    let name = format!(
        "dateline_template_{:016x}",
        xxh3_64(migrations_text().as_bytes())
    );
    execute(admin, LOCK).await;
    let known = format!("select 1 from pg_database where datname = '{name}' and not datallowconn");
    if diesel::sql_query(known)
        .execute(admin)
        .await
        .expect("a look at the databases")
        == 0
    {
        execute(admin, &format!("drop database if exists {name}")).await;
        execute(admin, &format!("create database {name}")).await;
        migrate(server_url(&name)).await;
        // A template that somebody is connected to cannot be copied.
        execute(
            admin,
            &format!("alter database {name} allow_connections false"),
        )
        .await;
        let leave = format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
        );
        execute(admin, &leave).await;
    }
    execute(admin, "select pg_advisory_unlock(5550001234)").await;
    name
}

/// Runs the migrations on a runtime of several threads, which they need and a test has not.
async fn migrate(url: String) {
    let migrate = move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            migrations::run(connect(&url).await.into_inner())
                .await
                .expect("migrations")
        })
    };
    tokio::task::spawn_blocking(migrate)
        .await
        .expect("migrations");
}

fn migrations_text() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("migrations")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
        .iter()
        .filter_map(|path| std::fs::read_to_string(path.join("up.sql")).ok())
        .collect()
}
