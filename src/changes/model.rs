use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    sql_types::{Array, Integer, Jsonb, Nullable, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::diff::Diff;
use crate::base::statement::Statement;

/// Who writes, and when: one moment for all that a write leaves behind.
#[derive(Clone, Debug)]
pub struct Writer {
    /// The key that the caller showed; `None` on the command line.
    pub key_id: Option<String>,
    /// The moment of the write.
    pub at: DateTime<Utc>,
}

crate::text_enum! {
    /// What kind of resource was written.
    pub enum Noun {
        /// An article.
        Article = "article",
        /// A tag.
        Tag = "tag",
        /// A short link.
        ShortLink = "short_link",
        /// A key.
        Key = "key",
        /// A short domain.
        Domain = "domain",
    }
}

crate::text_enum! {
    /// What was done to it.
    pub enum Action {
        /// It was made.
        Create = "create",
        /// It was changed.
        Update = "update",
        /// It was deleted, or a link made gone.
        Delete = "delete",
        /// Its deletion was undone.
        Restore = "restore",
        /// A tag was merged into another, or got another.
        Merge = "merge",
        /// A merge was undone.
        Unmerge = "unmerge",
        /// A key was revoked.
        Revoke = "revoke",
    }
}

/// Records a write. `version` is the one that the write leaves behind. May be sent together with what else the write
/// leaves, in its transaction.
pub async fn record(
    mut conn: &AsyncPgConnection,
    writer: &Writer,
    action: Action,
    named: (Noun, &str),
    version: Option<i32>,
) -> QueryResult<()> {
    let insert = recording(writer, action, named, (version, None));
    insert.execute(&mut conn).await?;
    Ok(())
}

/// Records a write of a noun that keeps a history, with what it changed.
pub async fn record_diff(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    action: Action,
    named: (Noun, &str),
    (version, diff): (i32, Diff),
) -> QueryResult<()> {
    let insert = recording(writer, action, named, (Some(version), Some(diff)));
    insert.execute(conn).await?;
    Ok(())
}

/// Records the same write of many resources, in their order; each is left in this version.
pub async fn record_all(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    action: Action,
    (noun, names): (Noun, &[String]),
    version: Option<i32>,
) -> QueryResult<()> {
    let rows = "insert into changes (at, key_id, action, noun, name, version) \
                select $1, $2, $3, $4, name, $5 \
                from unnest($6::text[]) with ordinality as written (name, place) order by place";
    diesel::sql_query(rows)
        .bind::<Timestamptz, _>(writer.at)
        .bind::<Nullable<Text>, _>(writer.key_id.as_deref())
        .bind::<Text, _>(action.as_str())
        .bind::<Text, _>(noun.as_str())
        .bind::<Nullable<Integer>, _>(version)
        .bind::<Array<Text>, _>(names)
        .execute(conn)
        .await?;
    Ok(())
}

/// The beginning of a statement that records a write, once for each row of what stands behind it; by itself, once.
pub fn recording(
    writer: &Writer,
    action: Action,
    (noun, name): (Noun, &str),
    (version, diff): (Option<i32>, Option<Diff>),
) -> Statement<()> {
    let mut insert = Statement::new(
        "insert into changes (at, key_id, action, noun, name, version, diff) select ",
    );
    insert
        .value::<Timestamptz, _>(writer.at)
        .text(", ")
        .value::<Nullable<Text>, _>(writer.key_id.clone())
        .text(", ")
        .value::<Text, _>(action.as_str())
        .text(", ")
        .value::<Text, _>(noun.as_str())
        .text(", ")
        .value::<Text, _>(name.to_owned())
        .text(", ")
        .value::<Nullable<Integer>, _>(version)
        .text(", ")
        .value::<Nullable<Jsonb>, _>(diff.map(Diff::into_json));
    insert
}
