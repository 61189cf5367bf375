//! One page of articles, by the index that fits the filter.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    dsl::{AsSelect, SqlTypeOf, min},
    pg::Pg,
    prelude::*,
    sql_types::{Array, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{
    Article, ArticleRow, COLUMNS,
    page::{Driver, Place, Places, compose, is_descending},
    visibility,
};
use crate::{
    articles::{
        filter::Selection,
        state::{Sort, Visibility},
    },
    base::{
        error::AppResult,
        page::{self, Page},
        statement::Statement,
    },
    schema::articles,
    tags::{self, Brief},
};

/// A page of articles as they are at `now`, and when time alone next changes which articles are live.
pub async fn list(
    conn: &AsyncPgConnection,
    wanted: &Selection,
    now: DateTime<Utc>,
) -> AppResult<(Page<Article>, Option<DateTime<Utc>>)> {
    let driver = driver(conn, wanted).await?;
    let rows = rows(conn, wanted, &driver, now).await?;
    let settles_at = match rows.items.as_slice() {
        [(.., settles_at), ..] => *settles_at,
        // After the page: of what was written meanwhile it tells too early rather than too late.
        [] => next_settlement(conn).await?,
    };
    let page = with_tags(conn, rows).await?;
    let total = total(conn, wanted, &driver, now).await?;
    let page = page.map(|(_, article)| article);
    Ok((Page { total, ..page }, settles_at))
}

/// The same as [`list`], each article with the cursor behind it, and nothing counted.
pub async fn list_with_cursors(
    conn: &AsyncPgConnection,
    wanted: &Selection,
    now: DateTime<Utc>,
) -> AppResult<(Vec<(Article, String)>, Option<String>)> {
    let driver = driver(conn, wanted).await?;
    let page = with_tags(conn, rows(conn, wanted, &driver, now).await?).await?;
    let with_cursor = |(place, article)| (article, page::encode_cursor(wanted.list_id, place));
    let items = page.items.into_iter().map(with_cursor).collect();
    Ok((items, page.next_cursor))
}

async fn rows(
    mut conn: &AsyncPgConnection,
    wanted: &Selection,
    driver: &Driver,
    now: DateTime<Utc>,
) -> AppResult<Page<Row>> {
    let after: Option<Place> = page::decode_cursor(wanted.list_id, wanted.cursor.as_deref())?;
    let mut places = Statement::new("");
    let cut = Some((after, wanted.limit + 1));
    compose(&mut places, wanted, driver, now, cut);
    let rows: Vec<Row> = at_places(places, wanted.sort, now).load(&mut conn).await?;
    Ok(Page::cut(rows, wanted.limit, wanted.list_id, place_of))
}

async fn with_tags(
    conn: &AsyncPgConnection,
    page: Page<Row>,
) -> QueryResult<Page<(Place, Article)>> {
    let tags: BTreeSet<i32> = page.items.iter().flat_map(|row| &row.3).copied().collect();
    let tags: Vec<i32> = tags.into_iter().collect();
    let tags = tags::briefs(conn, &tags).await?;
    let tags: HashMap<i32, Brief> = tags.into_iter().map(|tag| (tag.id, tag)).collect();
    Ok(page.map(|row| (place_of(&row), article(row, &tags))))
}

/// What is read for each place of a page: what the article is sorted by, its row, its visibility, the numbers of its tags,
/// the most important first, and when time alone next changes which articles are live.
type Row = (
    DateTime<Utc>,
    ArticleRow,
    Visibility,
    Vec<i32>,
    Option<DateTime<Utc>>,
);

type RowSql = (
    Timestamptz,
    SqlTypeOf<AsSelect<ArticleRow, Pg>>,
    Text,
    Array<Integer>,
    Nullable<Timestamptz>,
);

/// The statement that reads what stands at places, in their order. A join would leave the planner to choose what is
/// fastest for as many places as it believes that there are, which may be a look at every article.
fn at_places(places: Places, sort: Sort, now: DateTime<Utc>) -> Statement<RowSql> {
    let mut out = Statement::new("with places as materialized (");
    out.statement(places)
        .text(
            ") select places.place, shown.*, (select min(a.settles_at) from articles a)
             from places cross join lateral (select ",
        )
        .text(&COLUMNS)
        .text(", ")
        .expression(visibility::at(now))
        .text(
            ", array(select t.tag_id from article_tags t where t.article_id = articles.id order by t.position)
             from articles where articles.id = places.id offset 0) as shown",
        )
        .text(match is_descending(sort) {
            true => " order by places.place desc, places.id desc",
            false => " order by places.place, places.id",
        });
    out
}

fn place_of(row: &Row) -> Place {
    (row.0, row.1.id)
}

fn article((_, row, visibility, tags, _): Row, known: &HashMap<i32, Brief>) -> Article {
    Article {
        row,
        visibility,
        tags: tags
            .iter()
            .filter_map(|id| known.get(id).cloned())
            .collect(),
    }
}

/// How many articles the whole list has, if that was asked for.
async fn total(
    conn: &AsyncPgConnection,
    wanted: &Selection,
    driver: &Driver,
    now: DateTime<Utc>,
) -> QueryResult<Option<i64>> {
    let Some(mode) = wanted.count else {
        return Ok(None);
    };
    let driver = match driver {
        Driver::EachTag(_) => &Driver::Articles,
        one => one,
    };
    let mut all = Statement::new("");
    compose(&mut all, wanted, driver, now, None);
    all.total(conn, mode).await.map(Some)
}

async fn next_settlement(mut conn: &AsyncPgConnection) -> QueryResult<Option<DateTime<Utc>>> {
    let settles_at = articles::table.select(min(articles::settles_at));
    settles_at.first(&mut conn).await
}

/// Most tags whose pages are read one beside the other. The stories of more are found sooner among
/// all.
const MAX_PAGES: usize = 1000;

/// The rarest of the sets of which an article must carry a tag drives; the others are probed for each
/// of its articles. The planner's own choice would be slower by orders of magnitude.
async fn driver(conn: &AsyncPgConnection, wanted: &Selection) -> QueryResult<Driver> {
    if !matches!(wanted.sort, Sort::Published | Sort::PublishedDesc) {
        return Ok(Driver::Articles);
    }
    let rarest = match wanted.tags.as_slice() {
        [] => return Ok(Driver::Articles),
        [one] => one,
        several => {
            let usage = tags::usage_of(conn, &several.concat()).await?;
            let sum = |set: &&Vec<i32>| -> i64 { set.iter().filter_map(|id| usage.get(id)).sum() };
            several.iter().min_by_key(sum).unwrap_or(&several[0])
        }
    };
    Ok(match rarest.as_slice() {
        [one] => Driver::Tag(*one),
        several if several.len() > MAX_PAGES => Driver::Articles,
        several => Driver::EachTag(several.to_vec()),
    })
}
