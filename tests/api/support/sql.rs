//! What no caller can see or do.

use diesel::{QueryResult, QueryableByName, sql_types::Text};
use diesel_async::RunQueryDsl;

use super::TestApp;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl TestApp {
    /// Runs a statement behind the service's back.
    pub async fn execute(&self, sql: &str) -> QueryResult<usize> {
        let mut connection = self.database.connect().await;
        diesel::sql_query(sql).execute(&mut *connection).await
    }

    /// What a query answers in its column `line`.
    pub async fn lines(&self, sql: &str) -> Vec<String> {
        let mut connection = self.database.connect().await;
        let lines: Vec<Line> = diesel::sql_query(sql)
            .load(&mut *connection)
            .await
            .expect(sql);
        lines.into_iter().map(|line| line.line).collect()
    }

    /// Every change that was recorded, the oldest first: key, action, noun, name, version.
    pub async fn changes(&self) -> Vec<String> {
        let told = "select concat_ws(' ', coalesce(key_id, '-'), action, noun, name, version) as line \
                    from changes order by id";
        self.lines(told).await
    }
}
