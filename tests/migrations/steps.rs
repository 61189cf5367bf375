//! Migrations one after the other, up and down.

use dateline::base::migrations::MIGRATIONS;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection};
use diesel_migrations::MigrationHarness;

use crate::{
    catalogue::{describe, expect_same, lines},
    database::TestDatabase,
};

/// What stays when every migration is reverted: an extension may be used by others.
const LEFT_BEHIND: [&str; 3] = [
    "extension fuzzystrmatch",
    "extension pg_trgm",
    "extension plpgsql",
];

#[tokio::test(flavor = "multi_thread")]
async fn up_down_and_up_again_gives_the_same_schema() {
    let database = TestDatabase::create().await;
    let first = describe(&database).await;

    revert_all(&database).await;
    let nothing = describe(&database).await;
    migrate_all(&database).await;
    let second = describe(&database).await;

    assert_eq!(nothing, LEFT_BEHIND);
    expect_same("up again", &second, &first);
    database.remove().await;
}

/// Each migration has a file of rows that are put in behind it, `tests/migrations/<its name>.sql`, so
/// that the next one finds them.
#[tokio::test(flavor = "multi_thread")]
async fn every_migration_runs_on_a_filled_database() {
    let database = TestDatabase::create().await;
    revert_all(&database).await;

    for name in names() {
        let mut connection = step(&database, &name).await;
        let path = format!("{}/tests/migrations/{name}.sql", env!("CARGO_MANIFEST_DIR"));
        let rows = std::fs::read_to_string(&path).expect(&path);
        connection.batch_execute(&rows).await.expect(&path);
    }
    let empty = empty_tables(&database).await;

    assert!(empty.is_empty(), "no row is left in {empty:?}");
    revert_all(&database).await;
    assert_eq!(describe(&database).await, LEFT_BEHIND);
    database.remove().await;
}

/// The names of the migrations, in the order in which they run.
fn names() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let entries = std::fs::read_dir(folder).expect("migrations").flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Runs the next migration, which must be this one.
async fn step(database: &TestDatabase, name: &str) -> AsyncPgConnection {
    let mut harness = AsyncMigrationHarness::new(database.connect().await.into_inner());
    match harness.run_next_migration(MIGRATIONS) {
        Ok(version) => assert!(
            name.replace('-', "").starts_with(&version.to_string()),
            "{version} ran instead of {name}"
        ),
        Err(fault) => panic!("{name}: {fault}"),
    }
    harness.into_inner()
}

async fn migrate_all(database: &TestDatabase) {
    let mut harness = AsyncMigrationHarness::new(database.connect().await.into_inner());
    let ran = harness.run_pending_migrations(MIGRATIONS);
    ran.expect("migrations that run");
}

async fn revert_all(database: &TestDatabase) {
    let mut harness = AsyncMigrationHarness::new(database.connect().await.into_inner());
    let reverted = harness.revert_all_migrations(MIGRATIONS);
    reverted.expect("migrations that can be reverted");
}

async fn empty_tables(database: &TestDatabase) -> Vec<String> {
    let tables = "select relname::text as line from pg_class
                  where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1";
    let mut empty = Vec::new();
    for table in lines(database, tables).await {
        let row = format!("select 'a row' as line from {table} limit 1");
        if lines(database, &row).await.is_empty() {
            empty.push(table);
        }
    }
    empty
}
