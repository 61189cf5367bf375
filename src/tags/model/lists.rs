use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    pg::sql_types::Timestamptz,
    prelude::*,
    sql_types::{BigInt, Integer, Nullable, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Tag, TagRow, Usage, hierarchy, labels};
use crate::{
    base::{
        error::AppResult,
        language::Preferred,
        page::{self, Page},
        statement::Statement,
        text,
    },
    schema::{tag_external_ids, tag_usage, tags},
    tags::{
        filter::{TagFilter, TagSort},
        key::ExternalId,
        key::MAX_NAME,
        kind::TagKind,
    },
};

/// The last tag of a page, as much of it as its place in the order needs.
type Place = (String, i64, Option<DateTime<Utc>>, i32);

type Keys = (Text, BigInt, Nullable<Timestamptz>, Integer);

/// A page of tags.
pub async fn list(
    conn: &mut AsyncPgConnection,
    filter: &TagFilter,
    preferred: &Preferred,
) -> AppResult<Page<Tag>> {
    let TagFilter {
        kind,
        q,
        unused,
        sort,
        limit,
        cursor,
        count,
        lang: _,
    } = filter;
    let (sort, limit) = (sort.unwrap_or(TagSort::Name), page::limit(*limit)?);
    let list = page::list_id(&format!("tags {kind:?} {q:?} {unused:?} {sort:?}"));
    let after: Option<Place> = page::decode_cursor(list, cursor.as_deref())?;
    let mut statement = select(filter)?;
    order(&mut statement, sort, after, limit + 1);
    let keys: Vec<Place> = statement.load(conn).await?;
    let mut page = Page::cut(keys, limit, list, Clone::clone);
    page.total = match count {
        None => None,
        Some(mode) => Some(select(filter)?.total(conn, *mode).await?),
    };
    let ids: Vec<i32> = page.items.iter().map(|key| key.3).collect();
    let mut found = load_all(conn, &ids, preferred).await?;
    let items = ids.iter().filter_map(|id| found.remove(id)).collect();
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
        total: page.total,
    })
}

fn select(filter: &TagFilter) -> AppResult<Statement<Keys>> {
    let mut statement = Statement::new(
        "select t.folded_name, u.article_count, u.last_used_at, t.id \
         from tags t join tag_usage u on u.tag_id = t.id where t.deleted_at is null",
    );
    if let Some(kind) = filter.kind {
        statement
            .text(" and t.kind = ")
            .value::<Text, _>(kind.as_str());
    }
    if let Some(q) = &filter.q {
        let q = text::clean_parameter("q", q, MAX_NAME)?;
        let pattern = format!("%{}%", escape_like(&text::fold(&q)));
        statement.text(" and t.id in (select tag_id from tag_labels where folded like ");
        statement.value::<Text, _>(pattern).text(")");
    }
    let carried = "exists (select from article_tags where tag_id = t.id)";
    match filter.unused {
        Some(true) => statement
            .text(" and u.article_count = 0 and not ")
            .text(carried),
        Some(false) => statement.text(" and ").text(carried),
        None => &mut statement,
    };
    Ok(statement)
}

/// How many tags there are of each kind, and how many of them are retired at this moment.
pub async fn count_by_kind(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> QueryResult<HashMap<TagKind, (i64, i64)>> {
    let mut counts: Statement<(Text, BigInt, BigInt)> =
        Statement::new("select kind, count(*), count(*) filter (where retired_at <= ");
    counts.value::<Timestamptz, _>(now);
    counts.text(") from tags where deleted_at is null group by kind");
    let counts: Vec<(TagKind, i64, i64)> = counts.load(conn).await?;
    let counts = counts.into_iter();
    Ok(counts
        .map(|(kind, all, retired)| (kind, (all, retired)))
        .collect())
}

fn order(statement: &mut Statement<Keys>, sort: TagSort, after: Option<Place>, limit: i64) {
    match (sort, after) {
        (TagSort::Name, Some((name, _, _, id))) => {
            statement
                .text(" and (t.folded_name, t.id) > (")
                .value::<Text, _>(name);
            statement.text(", ").value::<Integer, _>(id).text(")");
        }
        (TagSort::ArticleCount, Some((_, count, _, id))) => {
            statement
                .text(" and (u.article_count, u.tag_id) < (")
                .value::<BigInt, _>(count);
            statement.text(", ").value::<Integer, _>(id).text(")");
        }
        (TagSort::LastUsedAt, Some((_, _, used, id))) => {
            statement.text(" and (coalesce(u.last_used_at, '-infinity'), u.tag_id) < (coalesce(");
            statement.value::<Nullable<Timestamptz>, _>(used);
            statement
                .text(", '-infinity'), ")
                .value::<Integer, _>(id)
                .text(")");
        }
        (_, None) => {}
    }
    statement.text(match sort {
        TagSort::Name => " order by t.folded_name, t.id limit ",
        TagSort::ArticleCount => " order by u.article_count desc, u.tag_id desc limit ",
        TagSort::LastUsedAt => {
            " order by coalesce(u.last_used_at, '-infinity') desc, u.tag_id desc limit "
        }
    });
    statement.value::<BigInt, _>(limit);
}

/// These tags with all that belongs to them; the tags that they are part of by the names that a caller
/// would like.
pub async fn load_all(
    conn: &mut AsyncPgConnection,
    ids: &[i32],
    preferred: &Preferred,
) -> QueryResult<HashMap<i32, Tag>> {
    let rows: Vec<(TagRow, Usage)> = tags::table
        .inner_join(tag_usage::table)
        .filter(tags::id.eq_any(ids))
        .select((TagRow::as_select(), Usage::as_select()))
        .load(conn)
        .await?;
    let mut external_ids = external_ids_of(conn, ids).await?;
    let mut names = labels::of_each(conn, ids).await?;
    let mut broader = hierarchy::broader_of_each(conn, ids).await?;
    labels::translate(conn, preferred, broader.values_mut().flatten()).await?;
    let tags = rows.into_iter().map(|(row, usage)| {
        let id = row.id;
        let tag = Tag {
            row,
            usage,
            external_ids: external_ids.remove(&id).unwrap_or_default(),
            labels: names.remove(&id).unwrap_or_default(),
            broader: broader.remove(&id).unwrap_or_default(),
        };
        (id, tag.or_named_by_row())
    });
    Ok(tags.collect())
}

async fn external_ids_of(
    conn: &mut AsyncPgConnection,
    ids: &[i32],
) -> QueryResult<HashMap<i32, Vec<ExternalId>>> {
    let rows: Vec<(i32, String, String)> = tag_external_ids::table
        .filter(tag_external_ids::tag_id.eq_any(ids))
        .order((tag_external_ids::authority, tag_external_ids::external_id))
        .select((
            tag_external_ids::tag_id,
            tag_external_ids::authority,
            tag_external_ids::external_id,
        ))
        .load(conn)
        .await?;
    let mut of_each: HashMap<i32, Vec<ExternalId>> = HashMap::new();
    for (tag, authority, id) in rows {
        of_each
            .entry(tag)
            .or_default()
            .push(ExternalId { authority, id });
    }
    Ok(of_each)
}

/// Takes their meaning from the characters that mean something in a pattern of LIKE.
fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}
