//! Who files articles, and who moves all that is filed at once.
//!
//! A merge moves the tag of a hundred thousand articles. Taking each article's lock for it would meet
//! the writers of articles in every order and end in circles; this lock is taken first by both.

use diesel::{QueryResult, sql_types::Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::base::statement::Statement;

/// Held by who files articles, beside others who do. To be taken before any other lock.
pub async fn hold_filing(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    let shared: Statement<Text> =
        Statement::new("select pg_advisory_xact_lock_shared(hashtext('filing'))::text");
    shared.execute(conn).await?;
    Ok(())
}

/// Held by who moves what is filed, alone. To be taken before any other lock. What follows in the
/// transaction may take longer than a statement otherwise may.
pub async fn hold_filing_alone(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    let patience: Statement<Text> = Statement::new("set local statement_timeout = '60s'");
    patience.execute(conn).await?;
    // Enough to sort a hundred thousand articles without a file.
    let memory: Statement<Text> = Statement::new("set local work_mem = '64MB'");
    memory.execute(conn).await?;
    let alone: Statement<Text> =
        Statement::new("select pg_advisory_xact_lock(hashtext('filing'))::text");
    alone.execute(conn).await?;
    Ok(())
}
