//! Statements that diesel's builder cannot say.

use std::marker::PhantomData;

use diesel::{
    QueryResult,
    expression::AsExpression,
    pg::{Pg, PgQueryBuilder},
    query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId},
    sql_types::{BigInt, Json, SingleValue, SqlType},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::page::CountMode;

/// A statement put together from fixed text and bound values; `S` is the SQL type of its rows.
///
/// Unlike `sql_query`, whose statements Postgres must plan anew each time, this one is kept as a
/// prepared statement under its text. The text can only be made of literals of this program, so
/// nothing that a caller sends ever becomes SQL.
pub struct Statement<S> {
    pieces: Vec<Piece>,
    rows: PhantomData<fn() -> S>,
}

enum Piece {
    Text(&'static str),
    Value(Box<dyn QueryFragment<Pg> + Send + Sync>),
}

/// The text of columns, for a static: put together for each request, every name letter by letter and three times over, it
/// would take a twentieth of the time for an article.
pub fn text_of(columns: &impl QueryFragment<Pg>) -> String {
    let mut text = PgQueryBuilder::default();
    // Fails only where a value is bound that cannot be written, and columns bind none.
    let _ = columns.to_sql(&mut text, &Pg);
    text.finish()
}

impl<S> Statement<S> {
    /// A statement that begins with this text.
    pub fn new(text: &'static str) -> Self {
        Self {
            pieces: vec![Piece::Text(text)],
            rows: PhantomData,
        }
    }

    /// Adds text.
    pub fn text(&mut self, text: &'static str) -> &mut Self {
        self.pieces.push(Piece::Text(text));
        self
    }

    /// Adds a bound value of the SQL type `T`.
    pub fn value<T, V>(&mut self, value: V) -> &mut Self
    where
        T: SqlType + SingleValue,
        V: AsExpression<T>,
        V::Expression: QueryFragment<Pg> + Send + Sync + 'static,
    {
        self.expression(value.as_expression())
    }

    /// Adds an expression of diesel's, such as the columns of a row.
    pub fn expression<E>(&mut self, expression: E) -> &mut Self
    where
        E: QueryFragment<Pg> + Send + Sync + 'static,
    {
        self.pieces.push(Piece::Value(Box::new(expression)));
        self
    }

    /// Adds another statement.
    pub fn statement<T>(&mut self, other: Statement<T>) -> &mut Self {
        self.pieces.extend(other.pieces);
        self
    }

    /// How many rows the statement has, counted as the caller asks.
    pub async fn total(self, conn: &AsyncPgConnection, mode: CountMode) -> QueryResult<i64> {
        match mode {
            CountMode::Exact => self.count(conn).await,
            CountMode::Estimated => self.estimate(conn).await,
        }
    }

    async fn count(self, mut conn: &AsyncPgConnection) -> QueryResult<i64> {
        let mut counted = Statement::<BigInt>::new("select count(*) from (");
        counted.statement(self).text(") counted");
        counted.get_result(&mut conn).await
    }

    /// What the planner believes: an estimate that costs no reading.
    async fn estimate(self, mut conn: &AsyncPgConnection) -> QueryResult<i64> {
        let mut explained = Statement::<Json>::new("explain (format json) ");
        explained.statement(self);
        let plan: serde_json::Value = explained.get_result(&mut conn).await?;
        Ok(plan
            .pointer("/0/Plan/Plan Rows")
            .and_then(serde_json::Value::as_i64)
            .unwrap_or_default())
    }
}

impl<S> QueryFragment<Pg> for Statement<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_sql(text),
                Piece::Value(value) => value.walk_ast(out.reborrow())?,
            }
        }
        Ok(())
    }
}

impl<S> QueryId for Statement<S> {
    type QueryId = ();
    // The text is put together at run time, so the prepared statement is found by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S> Query for Statement<S> {
    type SqlType = S;
}
