mod bulk;
mod external_ids;
mod known_tags;
mod list;
mod lookup;
mod page;
mod refusals;
mod settling;
mod tags;
pub mod visibility;
mod writes;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryResult,
    dsl::{AsSelect, SqlTypeOf},
    pg::Pg,
    prelude::*,
    sql_types::{Array, Text, Uuid as UuidSql},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

pub use bulk::{NewArticle, create_all, survey};
pub use known_tags::KnownTags;
pub use list::{list, list_with_cursors};
pub use lookup::{
    find_id_by_external_id, find_id_by_url, find_ids_by_external_ids, find_ids_by_urls,
    find_known_ids, find_primary_link, hold_articles, related_to, release_primary_link,
    set_primary_link, was_ever_created,
};
pub use refusals::{article_deleted, name_owner};
pub use settling::settle_due;
pub use tags::{TagWish, find_tag_number};
pub use visibility::{Exposure, exposure};
pub use writes::{Current, Wanted, create, delete, find_current, restore, update};

use super::state::{ArticleKind, Status, Visibility};
use crate::{
    base::{
        statement::{Statement, text_of},
        stored::Stored,
    },
    schema::{article_tags, articles, tags as tag_rows},
    tags::{BRIEF_COLUMNS, Brief, BriefSql},
};

/// What callers write of an article, besides its body and its tags. What is absent is written as null, so that each
/// article is made by the same statement, which Postgres need plan only once.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = articles, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Content {
    pub status: Status,
    pub kind: ArticleKind,
    pub headline: String,
    pub short_headline: Option<String>,
    pub summary: Option<String>,
    pub key_points: Vec<String>,
    pub dateline: Option<String>,
    pub byline: Option<String>,
    pub language: String,
    pub canonical_url: Option<String>,
    pub normalised_url: Option<String>,
    pub external_ids: Stored<Vec<ExternalId>>,
    pub lead_image: Option<Stored<LeadImage>>,
    pub word_count: Option<i32>,
    pub related: Vec<Uuid>,
    pub custom: Stored<Map<String, Value>>,
    pub published_at: Option<DateTime<Utc>>,
    pub updated_at: Option<DateTime<Utc>>,
    pub embargoed_until: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// An article's row without its body, which few readers want.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = articles)]
pub struct ArticleRow {
    /// The public name.
    pub id: Uuid,
    /// Counts the changes.
    pub version: i32,
    /// What callers write.
    #[diesel(embed)]
    pub content: Content,
    /// Domain of the primary short link.
    pub short_domain: Option<String>,
    /// Code of the primary short link.
    pub short_code: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub modified_at: DateTime<Utc>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Whether the public saw an earlier state.
    pub was_public: bool,
    /// Whether its tags count it.
    pub is_counted: bool,
    /// When time alone next changes whether it is live.
    pub settles_at: Option<DateTime<Utc>>,
}

static COLUMNS: LazyLock<String> = LazyLock::new(|| text_of(&ArticleRow::as_select()));

/// An article as it is at a moment.
#[derive(Clone, Debug)]
pub struct Article {
    /// Its row.
    pub row: ArticleRow,
    /// What follows from its status and dates.
    pub visibility: Visibility,
    /// Its tags, the most important first.
    pub tags: Vec<Brief>,
}

/// An id that another system gave an article.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExternalId {
    /// Which system.
    pub source: String,
    /// The id there.
    pub id: String,
}

/// The picture that stands for an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadImage {
    pub url: String,
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
    pub width: Option<i32>,
    pub height: Option<i32>,
}

type ShownSql = (SqlTypeOf<AsSelect<ArticleRow, Pg>>, Text, Array<BriefSql>);

/// The article of this id as it is at `now`. Its tags come with the row, which costs less than a second statement; of many
/// articles it would cost more.
pub async fn find(
    mut conn: &AsyncPgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<Option<Article>> {
    let mut statement: Statement<ShownSql> = Statement::new("select ");
    statement
        .text(&COLUMNS)
        .text(", ")
        .expression(visibility::at(now))
        .text(", array(select carried.tag from article_tags t cross join lateral (select row(")
        .text(&BRIEF_COLUMNS)
        .text(
            ") as tag from tags where tags.id = t.tag_id and tags.deleted_at is null offset 0) as carried
             where t.article_id = articles.id order by t.position) from articles where articles.id = ",
        )
        .value::<UuidSql, _>(id);
    let found = statement.get_result(&mut conn).await.optional()?;
    Ok(found.map(|(row, visibility, tags)| Article {
        row,
        visibility,
        tags,
    }))
}

/// The articles of these ids, in the same order, as they are at `now`.
pub async fn find_all(
    conn: &AsyncPgConnection,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<Vec<Article>> {
    let rows = articles::table
        .filter(articles::id.eq_any(ids))
        .select((ArticleRow::as_select(), visibility::at(now)));
    let tags = article_tags::table
        .inner_join(tag_rows::table)
        .filter(
            article_tags::article_id
                .eq_any(ids)
                .and(tag_rows::deleted_at.is_null()),
        )
        .order(article_tags::position)
        .select((article_tags::article_id, Brief::as_select()));
    let (mut first, mut second) = (conn, conn);
    let (rows, tags) = future::join(
        rows.load(&mut first),
        tags.load::<(Uuid, Brief)>(&mut second),
    )
    .await;
    let mut tags_of: HashMap<Uuid, Vec<Brief>> = HashMap::new();
    for (id, tag) in tags? {
        tags_of.entry(id).or_default().push(tag);
    }
    let rows: Vec<(ArticleRow, Visibility)> = rows?;
    let mut found: HashMap<Uuid, Article> = HashMap::with_capacity(rows.len());
    for (row, visibility) in rows {
        let tags = tags_of.remove(&row.id).unwrap_or_default();
        found.insert(
            row.id,
            Article {
                row,
                visibility,
                tags,
            },
        );
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The body of an article.
pub async fn find_body(mut conn: &AsyncPgConnection, id: Uuid) -> QueryResult<Option<String>> {
    let body = articles::table.find(id).select(articles::body);
    Ok(body.first(&mut conn).await.optional()?.flatten())
}

/// Those of these articles that are live at `now`, and when time alone next changes which are.
pub async fn live_of(
    mut conn: &AsyncPgConnection,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<(HashSet<Uuid>, Option<DateTime<Utc>>)> {
    if ids.is_empty() {
        return Ok((HashSet::new(), None));
    }
    let known = articles::table.filter(articles::id.eq_any(ids));
    let known: Vec<(Uuid, bool, Option<DateTime<Utc>>)> = known
        .select((articles::id, visibility::is_live(now), articles::settles_at))
        .load(&mut conn)
        .await?;
    let changes_at = known
        .iter()
        .filter_map(|(_, _, settles_at)| *settles_at)
        .min();
    let live = known.into_iter().filter(|(_, is_live, _)| *is_live);
    Ok((live.map(|(id, ..)| id).collect(), changes_at))
}
