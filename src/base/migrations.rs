//! Bringing a database to the shape that this binary knows.

use std::{collections::BTreeSet, time::Duration};

use diesel::{
    QueryableByName,
    connection::SimpleConnection,
    result::Error as DieselError,
    sql_types::{Bool, Text},
};
use diesel_async::{
    AsyncPgConnection, RunQueryDsl, async_connection_wrapper::AsyncConnectionWrapper,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::{task::spawn_blocking, time::sleep};

use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;

use super::db::Database;

/// The migrations that are part of this binary.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Held while migrations run, so that instances that start together run them one after the other. It is asked for again
/// and again instead of waited for: whoever waits inside a statement holds up an index that is built concurrently.
/// The number is arbitrary and only has to be the same in all of them.
const LOCK: &str = "select pg_try_advisory_lock(7310498423) as is_held";

/// Pause before the lock is asked for again.
const LOCK_PAUSE: Duration = Duration::from_millis(200);

/// Pause before a step is tried again that did not get its tables, in which those who waited behind it are served.
const STEP_PAUSE: Duration = Duration::from_secs(1);

/// Why a database could not be migrated.
#[derive(Debug, thiserror::Error)]
#[error("the migrations failed: {0}")]
pub struct MigrationError(Box<dyn std::error::Error + Send + Sync>);

impl From<DieselError> for MigrationError {
    fn from(fault: DieselError) -> Self {
        Self(fault.into())
    }
}

#[derive(QueryableByName)]
struct Asked {
    #[diesel(sql_type = Bool)]
    is_held: bool,
}

/// What became of the next migration.
enum Step {
    Ran(String),
    /// Others have its tables; the cause in words.
    GaveWay(String),
    /// There is none that is pending.
    Done,
}

type StepResult = Result<Step, Box<dyn std::error::Error + Send + Sync>>;

/// Runs what is pending; says which migrations ran. Needs a multi-thread runtime. The lock ends with the connection.
pub async fn run(mut conn: AsyncPgConnection) -> Result<Vec<String>, MigrationError> {
    while !diesel::sql_query(LOCK)
        .get_result::<Asked>(&mut conn)
        .await?
        .is_held
    {
        sleep(LOCK_PAUSE).await;
    }
    let mut ran = Vec::new();
    loop {
        // In a thread of its own: one that blocks in the middle of a task sleeps through whatever else wakes the task.
        let step = spawn_blocking(|| run_next(conn)).await;
        let (back, step) = step.map_err(|fault| MigrationError(fault.into()))?;
        conn = back;
        match step.map_err(MigrationError)? {
            Step::Ran(version) => ran.push(version),
            Step::GaveWay(cause) => {
                log::warn!("event=migration_gives_way cause={cause:?}");
                sleep(STEP_PAUSE).await;
            }
            Step::Done => return Ok(ran),
        }
    }
}

fn run_next(conn: AsyncPgConnection) -> (AsyncPgConnection, StepResult) {
    let mut conn = AsyncConnectionWrapper::from(conn);
    let step = next_step(&mut conn);
    (conn.into_inner(), step)
}

fn next_step(conn: &mut AsyncConnectionWrapper<AsyncPgConnection>) -> StepResult {
    let pending = conn.pending_migrations(MIGRATIONS)?;
    let [step, ..] = pending.as_slice() else {
        return Ok(Step::Done);
    };
    conn.batch_execute(patience_of(&**step))?;
    match conn.run_migration(&**step) {
        Ok(version) => Ok(Step::Ran(version.to_string())),
        Err(fault) if fault.to_string().contains("lock timeout") => {
            Ok(Step::GaveWay(fault.to_string()))
        }
        Err(fault) => Err(fault),
    }
}

/// Building an index may take longer than any statement of a request. But a step that waits for a table has everybody
/// wait behind it who comes after, so it gives way soon; only one that runs outside of a transaction, as an index that
/// is built concurrently does, has nobody wait, and leaves something half-done when it is cut short.
fn patience_of(step: &dyn Migration<Pg>) -> &'static str {
    match step.metadata().run_in_transaction() {
        true => "set statement_timeout = 0; set lock_timeout = '2s'",
        false => "set statement_timeout = 0; set lock_timeout = 0",
    }
}

/// Pause before it is asked again whether a database is migrated.
const LOOK_PAUSE: Duration = Duration::from_millis(500);

/// Waits until the database has every migration of this binary, whoever runs them.
pub async fn until_current(db: Database) {
    while !seem_current(&db).await {
        sleep(LOOK_PAUSE).await;
    }
}

/// Whether the database is there and has every migration of this binary.
pub async fn seem_current(db: &Database) -> bool {
    match db.read().await {
        Ok(connection) => are_current(&connection).await.unwrap_or(false),
        Err(_) => false,
    }
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// Whether the database has every migration of this binary. Later ones do no harm: while a new
/// version is rolled out, the old one runs on its database.
pub async fn are_current(mut conn: &AsyncPgConnection) -> diesel::QueryResult<bool> {
    let rows = diesel::sql_query("select version from __diesel_schema_migrations");
    let rows: Vec<Applied> = match rows.load(&mut conn).await {
        // A database that was never migrated has not even the list of migrations.
        Err(DieselError::DatabaseError(_, info)) if info.message().contains("does not exist") => {
            return Ok(false);
        }
        rows => rows?,
    };
    let applied: BTreeSet<String> = rows.into_iter().map(|row| row.version).collect();
    let known: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().unwrap_or_default();
    Ok(known
        .iter()
        .all(|migration| applied.contains(&migration.name().version().to_string())))
}
