use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, QueryResult, insert_into, prelude::*, update};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::{scope::Scope, secret::Secret};
use crate::{
    base::timestamp,
    changes::{self, Action, Noun, Writer},
    schema::api_keys,
};

/// A key as it is kept.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = api_keys)]
pub struct Key {
    /// The public half.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// SHA-256 of the secret half.
    pub secret_hash: Vec<u8>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = if self.revoked_at.is_some() {
            "revoked"
        } else {
            "active"
        };
        write!(
            f,
            "{}  {state}  {}  {}  {}",
            self.id,
            timestamp::format(self.created_at),
            self.scopes.join(","),
            self.name
        )
    }
}

/// The key of this id, unless it was revoked.
pub async fn find_active(mut conn: &AsyncPgConnection, id: &str) -> QueryResult<Option<Key>> {
    let found = api_keys::table
        .find(id)
        .filter(api_keys::revoked_at.is_null());
    found
        .select(Key::as_select())
        .first(&mut conn)
        .await
        .optional()
}

/// The key of this id, revoked or not.
pub async fn find(mut conn: &AsyncPgConnection, id: &str) -> QueryResult<Option<Key>> {
    api_keys::table
        .find(id)
        .select(Key::as_select())
        .first(&mut conn)
        .await
        .optional()
}

/// Every key, the newest first.
pub async fn list(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Key>> {
    let order = (api_keys::created_at.desc(), api_keys::id);
    api_keys::table
        .order(order)
        .select(Key::as_select())
        .load(conn)
        .await
}

/// Keeps a new key.
pub async fn create(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    secret: &Secret,
    name: &str,
    scopes: &[Scope],
) -> QueryResult<Key> {
    let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    conn.transaction(async |conn| {
        let row = (
            api_keys::id.eq(&secret.id),
            api_keys::name.eq(name),
            api_keys::secret_hash.eq(secret.hash().to_vec()),
            api_keys::scopes.eq(words),
            api_keys::created_at.eq(writer.at),
        );
        let key = insert_into(api_keys::table)
            .values(row)
            .returning(Key::as_returning())
            .get_result(conn)
            .await?;
        changes::record(conn, writer, Action::Create, (Noun::Key, &key.id), None).await?;
        Ok(key)
    })
    .await
}

/// Revokes a key; false if there is no such key. Revoking twice keeps the first moment.
pub async fn revoke(conn: &mut AsyncPgConnection, writer: &Writer, id: &str) -> QueryResult<bool> {
    let known: i64 = api_keys::table.find(id).count().get_result(conn).await?;
    let keys = api_keys::table
        .find(id)
        .filter(api_keys::revoked_at.is_null())
        .select(api_keys::id);
    let active: Vec<String> = keys.load(conn).await?;
    revoke_all(conn, writer, active).await?;
    Ok(known > 0)
}

/// Revokes every active key of this name; says how many there were.
pub async fn revoke_by_name(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    name: &str,
) -> QueryResult<usize> {
    let keys = api_keys::table
        .filter(api_keys::name.eq(name))
        .filter(api_keys::revoked_at.is_null());
    let active: Vec<String> = keys.select(api_keys::id).load(conn).await?;
    revoke_all(conn, writer, active).await
}

async fn revoke_all(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    ids: Vec<String>,
) -> QueryResult<usize> {
    conn.transaction(async |conn| {
        let mut revoked = 0;
        for id in &ids {
            let active = api_keys::table
                .find(id)
                .filter(api_keys::revoked_at.is_null());
            // Nothing is recorded for a key that somebody else revoked in the meantime.
            if update(active)
                .set(api_keys::revoked_at.eq(writer.at))
                .execute(conn)
                .await?
                > 0
            {
                changes::record(conn, writer, Action::Revoke, (Noun::Key, id), None).await?;
                revoked += 1;
            }
        }
        Ok(revoked)
    })
    .await
}
