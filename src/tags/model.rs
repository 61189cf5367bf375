mod autocomplete;
mod batch;
mod bulk;
mod claims;
mod duplicates;
mod gate;
mod hierarchy;
mod keys;
mod labels;
mod lists;
mod matches;
mod relatives;
mod resolving;
mod usage;
mod writes;

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryResult,
    deserialize::{self, FromSql},
    dsl::{AsSelect, SqlTypeOf},
    pg::{Pg, PgValue},
    prelude::*,
    sql_types::{Array, Integer, Record, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub use autocomplete::autocomplete;
pub use batch::{Named, Operation, Replaced, Verb, replace};
pub use bulk::create_all;
pub use claims::leave_key;
pub use duplicates::{Duplicate, duplicates};
pub use gate::{hold_filing, hold_filing_alone};
pub use hierarchy::relink;
pub use keys::{Found, find, resolve};
pub use labels::{VOCABULARY, announce, translate};
pub use lists::{count_by_kind, list, load_all};
pub use matches::Match;
pub use relatives::{Turn, Way, descendants, relatives};
pub use resolving::{Asked, MAX_CANDIDATES, Meant, resolve_each};
pub use usage::{Usage, UsageDelta, adjust_usage, usage_of};
pub use writes::{NewTag, Sought, create, delete, find_by_names, find_or_create, is_same, update};

use super::{key::ExternalId, kind::TagKind, label::Labels};
use crate::{
    base::statement::{Statement, text_of},
    schema::{tag_external_ids, tags},
};

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
    /// The preferred name that is shown to callers who ask for no language.
    pub name: String,
    /// What the tag is for.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub modified_at: DateTime<Utc>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// The language of the name, or `und`.
    pub language: String,
    /// From when on no further article is filed under it.
    pub retired_at: Option<DateTime<Utc>>,
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
    /// All its names.
    pub labels: Labels,
    /// What it is part of, in the order of names.
    pub broader: Vec<Brief>,
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
    /// The language of the name, or `und`.
    pub language: String,
}

/// The columns of a [`Brief`].
pub static BRIEF_COLUMNS: LazyLock<String> = LazyLock::new(|| text_of(&Brief::as_select()));

/// The columns of a [`Brief`] as one value: `row(…)`.
pub type BriefSql = Record<(Integer, Text, Text, Text, Text)>;

impl FromSql<BriefSql, Pg> for Brief {
    fn from_sql(row: PgValue<'_>) -> deserialize::Result<Self> {
        let (id, kind, slug, name, language) = FromSql::<BriefSql, Pg>::from_sql(row)?;
        Ok(Self {
            id,
            kind,
            slug,
            name,
            language,
        })
    }
}

impl Brief {
    /// The tag's key, `kind:slug`.
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind, self.slug)
    }
}

impl TagRow {
    /// The tag's key, `kind:slug`.
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind, self.slug)
    }
}

impl Tag {
    /// A tag that was written by a version of this program that knew one name has no other.
    fn or_named_by_row(mut self) -> Self {
        if self.labels.0.is_empty() {
            self.labels = Labels::of_name(&self.row.language, &self.row.name);
        }
        self
    }
}

/// These tags as far as articles show them; those that were deleted are left out.
///
/// Each is looked up by itself: as one condition the planner would rather read all tags of a small vocabulary.
pub async fn briefs(mut conn: &AsyncPgConnection, ids: &[i32]) -> QueryResult<Vec<Brief>> {
    let mut statement: Statement<SqlTypeOf<AsSelect<Brief, Pg>>> =
        Statement::new("select shown.* from unnest(");
    statement
        .value::<Array<Integer>, _>(ids.to_vec())
        .text(") as wanted (id) cross join lateral (select ")
        .text(&BRIEF_COLUMNS)
        .text(
            " from tags where tags.id = wanted.id and tags.deleted_at is null offset 0) as shown",
        );
    statement.load(&mut conn).await
}

/// The tag of this number with all that belongs to it.
async fn load(mut conn: &AsyncPgConnection, id: i32) -> QueryResult<Option<Tag>> {
    let row = tags::table.find(id).select(TagRow::as_select());
    let ids = tag_external_ids::table
        .filter(tag_external_ids::tag_id.eq(id))
        .order((tag_external_ids::authority, tag_external_ids::external_id))
        .select((tag_external_ids::authority, tag_external_ids::external_id));
    let (mut second, mut third, mut fourth, mut fifth) = (conn, conn, conn, conn);
    let loaded = futures_util::future::try_join5(
        row.first::<TagRow>(&mut conn),
        usage::of_one(&mut second, id),
        ids.load::<(String, String)>(&mut third),
        labels::of_one(&mut fourth, id),
        hierarchy::broader_of_one(&mut fifth, id),
    )
    .await
    .optional()?;
    let assembled = loaded.map(|(row, usage, ids, labels, broader)| {
        let external_ids = ids.into_iter();
        let tag = Tag {
            row,
            usage,
            external_ids: external_ids
                .map(|(authority, id)| ExternalId { authority, id })
                .collect(),
            labels,
            broader,
        };
        tag.or_named_by_row()
    });
    Ok(assembled)
}
