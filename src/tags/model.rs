mod claims;
mod keys;
mod lists;
mod usage;
mod writes;

use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub use keys::{Found, find, resolve};
pub use lists::{Match, autocomplete, list};
pub use usage::{Usage, UsageDelta, adjust_usage, usage_of};
pub use writes::{NewTag, create, delete, find_or_create, update};

use super::{key::ExternalId, kind::TagKind};
use crate::schema::{tag_external_ids, tags};

/// A tag's own row.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = tags)]
pub struct TagRow {
    /// The number that stands for the tag inside the database.
    pub id: i32,
    /// Counts the changes.
    pub version: i32,
    /// What the tag stands for.
    pub kind: TagKind,
    /// The part of the key behind the kind.
    pub slug: String,
    /// The name among people.
    pub name: String,
    /// What the tag is for.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub modified_at: DateTime<Utc>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// A tag with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Its own row.
    pub row: TagRow,
    /// Its kept counts.
    pub usage: Usage,
    /// What others call it.
    pub external_ids: Vec<ExternalId>,
}

/// As much of a tag as an article shows.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = tags)]
pub struct Brief {
    /// The number that stands for the tag inside the database.
    pub id: i32,
    /// What the tag stands for.
    pub kind: TagKind,
    /// The part of the key behind the kind.
    pub slug: String,
    /// The name among people.
    pub name: String,
}

impl TagRow {
    /// The tag's key, `kind:slug`.
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind, self.slug)
    }
}

/// The tag of this number with all that belongs to it.
async fn load(mut conn: &AsyncPgConnection, id: i32) -> QueryResult<Option<Tag>> {
    let row = tags::table.find(id).select(TagRow::as_select());
    let ids = tag_external_ids::table
        .filter(tag_external_ids::tag_id.eq(id))
        .order((tag_external_ids::authority, tag_external_ids::external_id))
        .select((tag_external_ids::authority, tag_external_ids::external_id));
    let (mut second, mut third) = (conn, conn);
    let (row, usage, ids) = futures_util::future::try_join3(
        row.first::<TagRow>(&mut conn),
        usage::of_one(&mut second, id),
        ids.load::<(String, String)>(&mut third),
    )
    .await
    .optional()?
    .map_or((None, Usage::default(), Vec::new()), |(row, usage, ids)| {
        (Some(row), usage, ids)
    });
    let external_ids = ids
        .into_iter()
        .map(|(authority, id)| ExternalId { authority, id })
        .collect();
    Ok(row.map(|row| Tag {
        row,
        usage,
        external_ids,
    }))
}
