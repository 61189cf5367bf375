//! One page of articles, by the index that fits the filter.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{QueryResult, dsl::min, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{
    Article, find_all,
    page::{Driver, Place, compose},
};
use crate::{
    articles::{
        filter::{Selection, Surface},
        state::{Sort, Visibility},
    },
    base::{
        error::AppResult,
        page::{self, Page},
        statement::Statement,
    },
    schema::articles,
    tags,
};

/// A page of articles as they are at `now`.
pub async fn list(
    conn: &mut AsyncPgConnection,
    wanted: &Selection,
    now: DateTime<Utc>,
) -> AppResult<Page<Article>> {
    let driver = driver(conn, wanted).await?;
    let page = places(conn, wanted, &driver, now).await?;
    let items = articles_at(conn, wanted, &page.items, now).await?;
    let total = total(conn, wanted, &driver, now).await?;
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
        total,
    })
}

/// The same as [`list`], each article with the cursor behind it, and nothing counted.
pub async fn list_with_cursors(
    conn: &mut AsyncPgConnection,
    wanted: &Selection,
    now: DateTime<Utc>,
) -> AppResult<(Vec<(Article, String)>, Option<String>)> {
    let driver = driver(conn, wanted).await?;
    let page = places(conn, wanted, &driver, now).await?;
    let items = articles_at(conn, wanted, &page.items, now).await?;
    let cursor = |place: &Place| (place.1, page::encode_cursor(wanted.list_id, *place));
    let mut cursors: HashMap<Uuid, String> = page.items.iter().map(cursor).collect();
    let items = items.into_iter();
    let items = items.filter_map(|article| Some((cursors.remove(&article.row.id)?, article)));
    let items = items.map(|(cursor, article)| (article, cursor)).collect();
    Ok((items, page.next_cursor))
}

async fn places(
    conn: &mut AsyncPgConnection,
    wanted: &Selection,
    driver: &Driver,
    now: DateTime<Utc>,
) -> AppResult<Page<Place>> {
    let after: Option<Place> = page::decode_cursor(wanted.list_id, wanted.cursor.as_deref())?;
    let mut statement = Statement::new("");
    let cut = Some((after, wanted.limit + 1));
    compose(&mut statement, wanted, driver, now, cut);
    let places: Vec<Place> = statement.load(conn).await?;
    Ok(Page::cut(places, wanted.limit, wanted.list_id, |place| {
        *place
    }))
}

async fn articles_at(
    conn: &mut AsyncPgConnection,
    wanted: &Selection,
    places: &[Place],
    now: DateTime<Utc>,
) -> QueryResult<Vec<Article>> {
    let ids: Vec<Uuid> = places.iter().map(|place| place.1).collect();
    let mut items = find_all(conn, &ids, now).await?;
    if wanted.surface == Surface::Live {
        // An article may have been hidden since its place was found.
        items.retain(|article| article.visibility == Visibility::Live);
    }
    Ok(items)
}

/// How many articles the whole list has, if that was asked for.
async fn total(
    conn: &mut AsyncPgConnection,
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

/// When time alone next changes which articles are live.
pub async fn next_settlement(conn: &mut AsyncPgConnection) -> QueryResult<Option<DateTime<Utc>>> {
    articles::table
        .select(min(articles::settles_at))
        .first(conn)
        .await
}

/// Most tags whose pages are read one beside the other. The stories of more are found sooner among
/// all.
const MAX_PAGES: usize = 1000;

/// The rarest of the sets of which an article must carry a tag drives; the others are probed for each
/// of its articles. The planner's own choice would be slower by orders of magnitude.
async fn driver(conn: &mut AsyncPgConnection, wanted: &Selection) -> QueryResult<Driver> {
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
