//! What a database holds besides its rows, in words that two databases can be compared by.

use diesel::{QueryableByName, sql_types::Text};
use diesel_async::RunQueryDsl;

use crate::database::TestDatabase;

/// A line of an answer.
#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The lines that a statement answers in its column `line`.
pub async fn lines(database: &TestDatabase, sql: &str) -> Vec<String> {
    let mut connection = database.connect().await;
    let lines: Vec<Line> = diesel::sql_query(sql)
        .load(&mut *connection)
        .await
        .expect(sql);
    lines.into_iter().map(|line| line.line).collect()
}

/// Tables, columns, constraints, indexes, functions, triggers, comments and extensions.
pub async fn describe(database: &TestDatabase) -> Vec<String> {
    lines(database, include_str!("catalogue.sql")).await
}
