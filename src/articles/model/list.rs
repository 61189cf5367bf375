//! One page of articles, by the index that fits the filter.

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
    let after: Option<Place> = page::decode_cursor(wanted.list_id, wanted.cursor.as_deref())?;
    let driver = driver(conn, wanted).await?;
    let mut statement = Statement::new("");
    compose(
        &mut statement,
        wanted,
        &driver,
        now,
        Some((after, wanted.limit + 1)),
    );
    let places: Vec<Place> = statement.load(conn).await?;
    let page = Page::cut(places, wanted.limit, wanted.list_id, |place| *place);
    let ids: Vec<Uuid> = page.items.iter().map(|place| place.1).collect();
    let mut items = find_all(conn, &ids, now).await?;
    if wanted.surface == Surface::Live {
        // An article may have been hidden since its place was found.
        items.retain(|article| article.visibility == Visibility::Live);
    }
    let total = total(conn, wanted, &driver, now).await?;
    Ok(Page {
        items,
        next_cursor: page.next_cursor,
        total,
    })
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
