use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, Queryable, insert_into, select,
    sql_types::Text, upsert::excluded,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;

use crate::schema::idempotency_keys;

/// A request that may be sent again.
#[derive(Debug)]
pub struct Named {
    /// The caller's key of the API.
    pub caller: String,
    /// What the caller calls the request.
    pub key: String,
    /// SHA-256 of the request.
    pub hash: Vec<u8>,
}

/// An answer as it is kept.
#[derive(Debug, Queryable)]
pub struct Kept {
    /// SHA-256 of the request that it answered.
    pub hash: Vec<u8>,
    /// The status, a success.
    pub status: i16,
    /// The headers, each a member.
    pub headers: Value,
    /// The body.
    pub body: Vec<u8>,
}

diesel::define_sql_function! {
    /// A number out of a text.
    fn hashtextextended(text: Text, seed: diesel::sql_types::BigInt) -> diesel::sql_types::BigInt;
}

diesel::define_sql_function! {
    /// Takes a lock until the end of the transaction, unless somebody has it.
    fn pg_try_advisory_xact_lock(number: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}

/// Tells this use of numbered locks from others.
const SEED: i64 = 13;

/// Claims the request for this transaction; `false` while another one has it.
pub async fn claim(conn: &mut AsyncPgConnection, named: &Named) -> QueryResult<bool> {
    let name = format!("{} {}", named.caller, named.key);
    let number = hashtextextended(name, SEED);
    select(pg_try_advisory_xact_lock(number))
        .get_result(conn)
        .await
}

/// What was answered to the request since `oldest`.
pub async fn find(
    conn: &mut AsyncPgConnection,
    named: &Named,
    oldest: DateTime<Utc>,
) -> QueryResult<Option<Kept>> {
    use idempotency_keys as k;
    let kept = k::table
        .find((&named.caller, &named.key))
        .filter(k::created_at.gt(oldest))
        .select((k::request_hash, k::status, k::headers, k::body));
    kept.first(conn).await.optional()
}

/// Keeps what is answered to the request, in the place of what was too old to count.
pub async fn keep(
    conn: &mut AsyncPgConnection,
    named: &Named,
    kept: &Kept,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use idempotency_keys as k;
    let row = (
        k::key_id.eq(&named.caller),
        k::key.eq(&named.key),
        k::request_hash.eq(&kept.hash),
        k::status.eq(kept.status),
        k::headers.eq(&kept.headers),
        k::body.eq(&kept.body),
        k::created_at.eq(at),
    );
    insert_into(k::table)
        .values(row)
        .on_conflict((k::key_id, k::key))
        .do_update()
        .set((
            k::request_hash.eq(excluded(k::request_hash)),
            k::status.eq(excluded(k::status)),
            k::headers.eq(excluded(k::headers)),
            k::body.eq(excluded(k::body)),
            k::created_at.eq(excluded(k::created_at)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Most rows that are dropped at once: few enough that nobody waits for it.
const BATCH: i64 = 1000;

/// Drops some of what was kept before `oldest`; answers how much.
pub async fn forget(conn: &mut AsyncPgConnection, oldest: DateTime<Utc>) -> QueryResult<usize> {
    diesel::sql_query(
        "delete from idempotency_keys where (key_id, key) in \
         (select key_id, key from idempotency_keys where created_at <= $1 order by created_at limit $2)",
    )
    .bind::<diesel::sql_types::Timestamptz, _>(oldest)
    .bind::<diesel::sql_types::BigInt, _>(BATCH)
    .execute(conn)
    .await
}
