//! Bringing a database to the shape that this binary knows.

use std::collections::BTreeSet;

use diesel::{QueryableByName, result::Error as DieselError, sql_types::Text};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;

/// The migrations that are part of this binary.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Held while migrations run, so that instances that start together run them one after the other.
/// The number is arbitrary and only has to be the same in all of them.
const LOCK: &str = "select pg_advisory_lock(7310498423)";
const UNLOCK: &str = "select pg_advisory_unlock(7310498423)";

/// Why a database could not be migrated.
#[derive(Debug, thiserror::Error)]
#[error("the migrations failed: {0}")]
pub struct MigrationError(Box<dyn std::error::Error + Send + Sync>);

/// Runs what is pending; says which migrations ran. Needs a multi-thread runtime.
pub async fn run(mut conn: AsyncPgConnection) -> Result<Vec<String>, MigrationError> {
    let lock = async |conn: &mut AsyncPgConnection, sql| diesel::sql_query(sql).execute(conn).await;
    // Building an index may take longer than any statement of a request.
    let patient = lock(&mut conn, "set statement_timeout = 0")
        .await
        .map(|_| ());
    patient.map_err(|fault| MigrationError(fault.into()))?;
    lock(&mut conn, LOCK)
        .await
        .map_err(|fault| MigrationError(fault.into()))?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let ran = harness
        .run_pending_migrations(MIGRATIONS)
        .map(|ran| ran.iter().map(ToString::to_string).collect());
    let mut conn = harness.into_inner();
    lock(&mut conn, UNLOCK)
        .await
        .map_err(|fault| MigrationError(fault.into()))?;
    ran.map_err(MigrationError)
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
