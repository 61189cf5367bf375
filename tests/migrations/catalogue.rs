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

/// Ends the test unless both lists are the same, and shows where they part.
#[track_caller]
pub fn expect_same(what: &str, found: &[String], expected: &[String]) {
    let only = |mark: char, these: &[String], those: &[String]| -> Vec<String> {
        let missing = these.iter().filter(|line| !those.contains(line));
        missing.map(|line| format!("{mark} {line}")).collect()
    };
    let mut parted = only('-', expected, found);
    parted.extend(only('+', found, expected));
    assert!(parted.is_empty(), "{what}:\n{}\n", parted.join("\n"));
    let moved = found
        .iter()
        .zip(expected)
        .find(|(here, there)| here != there);
    assert_eq!(moved, None, "{what}: another order");
}
