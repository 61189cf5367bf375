//! The statement that finds one page of articles, by the index that fits the filter.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Integer, Text, Timestamptz, Uuid as UuidSql};
use uuid::Uuid;

use crate::{
    articles::{
        filter::{Selection, Surface},
        state::{Has, Sort, StatusFilter, Visibility},
    },
    base::statement::Statement,
};

/// An article's place in a list: what it is sorted by, and its id.
pub type Place = (DateTime<Utc>, Uuid);

/// A statement that finds places.
pub type Places = Statement<(Timestamptz, UuidSql)>;

/// By what the articles of a list are found.
#[derive(Clone)]
pub enum Driver {
    /// The articles themselves, in their order.
    Articles,
    /// The page of one tag, which one index serves at any depth.
    Tag(i32),
    /// The pages of several tags, each of which gives its best.
    EachTag(Vec<i32>),
}

impl Driver {
    /// Where the statement reads what lists are sorted by: the copy in the index of the tags, if that is read.
    fn listed_at(&self) -> &'static str {
        match self {
            Self::Articles => "a.listed_at",
            Self::Tag(_) | Self::EachTag(_) => "t.listed_at",
        }
    }
}

/// What the articles of a branch are sorted by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Listed,
    Surfaced,
    Modified,
}

/// Where the page begins, and how many items it has at most.
pub type Cut = Option<(Option<Place>, i64)>;

/// Composes the statement for the articles that are wanted.
pub fn compose(
    out: &mut Places,
    wanted: &Selection,
    driver: &Driver,
    now: DateTime<Utc>,
    cut: Cut,
) {
    let by_modification = matches!(wanted.sort, Sort::Modified | Sort::ModifiedDesc)
        || wanted.modified_since.is_some();
    match (&wanted.surface, by_modification) {
        (Surface::Live, true) => branch(out, wanted, driver, Column::Surfaced, (now, cut)),
        (Surface::Visibilities(set), true) if set.contains(&Visibility::Live) => {
            both_branches(out, wanted, driver, set, (now, cut));
        }
        (Surface::Status(StatusFilter::Published), true) => {
            let set: Vec<Visibility> = vec![
                Visibility::Live,
                Visibility::Scheduled,
                Visibility::Embargoed,
                Visibility::Expired,
            ];
            both_branches(out, wanted, driver, &set, (now, cut));
        }
        (_, true) => branch(out, wanted, driver, Column::Modified, (now, cut)),
        (_, false) => branch(out, wanted, driver, Column::Listed, (now, cut)),
    }
}

/// Live articles changed, for the public, when they surfaced; others when they were written. Each
/// kind has its index, and each gives its best.
fn both_branches(
    out: &mut Places,
    wanted: &Selection,
    driver: &Driver,
    set: &[Visibility],
    (now, cut): (DateTime<Utc>, Cut),
) {
    let rest = set
        .iter()
        .copied()
        .filter(|visibility| *visibility != Visibility::Live)
        .collect();
    let live = Selection {
        surface: Surface::Live,
        ..wanted.clone()
    };
    let rest = Selection {
        surface: Surface::Visibilities(rest),
        ..wanted.clone()
    };
    let is_by_publication = matches!(wanted.sort, Sort::Published | Sort::PublishedDesc);
    let (surfaced, modified) = if is_by_publication {
        (Column::Listed, Column::Listed)
    } else {
        (Column::Surfaced, Column::Modified)
    };
    out.text("select place, id from ((");
    branch(out, &live, driver, surfaced, (now, cut));
    out.text(") union all (");
    branch(out, &rest, driver, modified, (now, cut));
    out.text(")) as both_branches");
    if let Some((_, limit)) = cut {
        out.text(if is_descending(wanted.sort) {
            " order by place desc, id desc limit "
        } else {
            " order by place, id limit "
        });
        out.value::<BigInt, _>(limit);
    }
}

/// Whether the newest come first.
pub fn is_descending(sort: Sort) -> bool {
    matches!(sort, Sort::PublishedDesc | Sort::ModifiedDesc)
}

fn branch(
    out: &mut Places,
    wanted: &Selection,
    driver: &Driver,
    column: Column,
    (now, cut): (DateTime<Utc>, Cut),
) {
    let column = match wanted.sort {
        Sort::Published | Sort::PublishedDesc => Column::Listed,
        _ => column,
    };
    let place = match column {
        Column::Listed => driver.listed_at(),
        Column::Surfaced => "a.surfaced_at",
        Column::Modified => "a.modified_at",
    };
    let id = if let Driver::Articles = driver {
        "a.id"
    } else {
        "t.article_id"
    };
    let source = (place, id);
    let (Driver::EachTag(tags), Some((after, limit))) = (driver, cut) else {
        select_from(out, driver, source);
        narrow(out, wanted, driver, source, now);
        if let Some((after, limit)) = cut {
            turn_page(out, wanted.sort, source, after, limit);
        }
        return;
    };
    let one_page = |out: &mut Places, limit| {
        select_from(out, driver, source);
        narrow(out, wanted, driver, source, now);
        if limit > 1 {
            stay_within_bound(out, wanted.sort, source);
        }
        turn_page(out, wanted.sort, source, after, limit);
    };
    merge_pages(out, wanted.sort, tags, limit, one_page);
}

/// The best of the pages of several tags. First the head of each is read: among that many heads lies
/// the end of the page, so of each tag's page only what comes before it is read, most often nothing.
fn merge_pages(
    out: &mut Places,
    sort: Sort,
    tags: &[i32],
    limit: i64,
    one_page: impl Fn(&mut Places, i64),
) {
    let (order, end) = match is_descending(sort) {
        true => (" order by place desc, id desc", "'-infinity'"),
        false => (" order by place, id", "'infinity'"),
    };
    out.text("with heads as materialized (select wanted.tag_id, head.place, head.id from unnest(")
        .value::<Array<Integer>, _>(tags.to_vec())
        .text(") as wanted (tag_id) cross join lateral (");
    one_page(out, 1);
    out.text(") as head), bound as materialized (select coalesce((select place from (select distinct place, id from heads) as h")
        .text(order)
        .text(" offset ")
        .value::<BigInt, _>(limit - 1)
        .text(" limit 1), ")
        .text(end)
        .text(") as place) select p.place, p.id from heads as wanted cross join bound cross join lateral (");
    one_page(out, limit);
    out.text(") as p group by p.place, p.id")
        .text(order)
        .text(" limit ")
        .value::<BigInt, _>(limit);
}

/// What lies behind the bound is on no page.
fn stay_within_bound(out: &mut Places, sort: Sort, (place, _): (&'static str, &'static str)) {
    out.text(" and ")
        .text(place)
        .text(match is_descending(sort) {
            true => " >= bound.place",
            false => " <= bound.place",
        });
}

fn narrow(
    out: &mut Places,
    wanted: &Selection,
    driver: &Driver,
    (place, id): (&'static str, &'static str),
    now: DateTime<Utc>,
) {
    narrow_by_surface(out, wanted, now);
    narrow_by_tags(out, wanted, driver, id);
    narrow_by_content(out, wanted);
    narrow_by_time(out, wanted, place);
}

fn select_from(out: &mut Places, driver: &Driver, (place, id): (&'static str, &'static str)) {
    out.text("select ").text(place).text(" as place, ");
    out.text(id).text(" as id from ");
    match driver {
        Driver::Articles => out.text("articles a where true"),
        Driver::Tag(tag) => {
            out.text("article_tags t join articles a on a.id = t.article_id where t.tag_id = ");
            out.value::<Integer, _>(*tag)
        }
        Driver::EachTag(_) => out.text(
            "article_tags t join articles a on a.id = t.article_id where t.tag_id = wanted.tag_id",
        ),
    };
}

fn turn_page(
    out: &mut Places,
    sort: Sort,
    (place, id): (&'static str, &'static str),
    after: Option<Place>,
    limit: i64,
) {
    let is_descending = is_descending(sort);
    if let Some((moment, last)) = after {
        out.text(" and (")
            .text(place)
            .text(", ")
            .text(id)
            .text(if is_descending { ") < (" } else { ") > (" });
        out.value::<Timestamptz, _>(moment)
            .text(", ")
            .value::<UuidSql, _>(last)
            .text(")");
    }
    let direction = if is_descending { " desc" } else { "" };
    out.text(" order by ")
        .text(place)
        .text(direction)
        .text(", ")
        .text(id)
        .text(direction);
    out.text(" limit ").value::<BigInt, _>(limit);
}

/// The visibility of an article `a`, ready for the moment and the closing bracket.
const IS_LIVE: &str = " and article_is_live(a.status, a.deleted_at, a.published_at, a.embargoed_until, a.expires_at, ";
const VISIBILITY: &str = " and article_visibility(a.status, a.deleted_at, a.published_at, a.embargoed_until, a.expires_at, ";

fn narrow_by_surface(out: &mut Places, wanted: &Selection, now: DateTime<Utc>) {
    match &wanted.surface {
        Surface::Live => {
            out.text(IS_LIVE).value::<Timestamptz, _>(now).text(")");
        }
        Surface::Visibilities(set) => {
            let words: Vec<&'static str> =
                set.iter().map(|visibility| visibility.as_str()).collect();
            out.text(VISIBILITY)
                .value::<Timestamptz, _>(now)
                .text(") = any(");
            out.value::<Array<Text>, _>(words).text(")");
        }
        Surface::Status(StatusFilter::Deleted) => {
            out.text(" and a.deleted_at is not null");
        }
        Surface::Status(status) => {
            out.text(" and a.deleted_at is null and a.status = ")
                .value::<Text, _>(status.as_str());
        }
    }
}

fn narrow_by_tags(out: &mut Places, wanted: &Selection, driver: &Driver, id: &'static str) {
    let drives = |set: &&Vec<i32>| match driver {
        Driver::Articles => false,
        Driver::Tag(tag) => set.as_slice() == [*tag],
        Driver::EachTag(tags) => *set == tags,
    };
    for set in wanted.tags.iter().filter(|set| !drives(set)) {
        let carries = " and exists (select from article_tags x where x.article_id = ";
        match set.as_slice() {
            // With its place, an article is looked up in the list of the tag, near the one before, and not
            // anywhere among all articles. OFFSET 0 keeps the planner from turning the probe into a join.
            [tag] => {
                out.text(carries).text(id);
                out.text(" and x.listed_at = ").text(driver.listed_at());
                out.text(" and x.tag_id = ").value::<Integer, _>(*tag);
                out.text(" offset 0)");
            }
            several => probe(out, carries, id, several),
        }
    }
    if !wanted.no_tags.is_empty() {
        let carries_none = " and not exists (select from article_tags x where x.article_id = ";
        probe(out, carries_none, id, &wanted.no_tags);
    }
}

fn probe(out: &mut Places, probe: &'static str, id: &'static str, tags: &[i32]) {
    out.text(probe).text(id).text(" and x.tag_id = any(");
    out.value::<Array<Integer>, _>(tags.to_vec())
        .text(") offset 0)");
}

fn narrow_by_content(out: &mut Places, wanted: &Selection) {
    if let Some(language) = &wanted.language {
        // A language stands for its regions too: en finds en-GB. Source: RFC 4647 §3.3.1.
        out.text(" and (a.language = ")
            .value::<Text, _>(language.clone());
        out.text(" or a.language like ")
            .value::<Text, _>(format!("{language}-%"))
            .text(")");
    }
    if let Some(kind) = wanted.kind {
        out.text(" and a.kind = ").value::<Text, _>(kind.as_str());
    }
    for has in &wanted.has {
        out.text(match has {
            Has::LeadImage => " and a.lead_image is not null",
            Has::Summary => " and a.summary is not null",
            Has::KeyPoints => " and cardinality(a.key_points) > 0",
            Has::CanonicalUrl => " and a.canonical_url is not null",
            Has::Related => " and cardinality(a.related) > 0",
        });
    }
    if let Some(ids) = &wanted.ids {
        out.text(" and a.id = any(")
            .value::<Array<UuidSql>, _>(ids.clone())
            .text(")");
    }
}

fn narrow_by_time(out: &mut Places, wanted: &Selection, place: &'static str) {
    // Where lists are sorted by it, publication is read from the index that sorts them.
    let is_by_publication = matches!(wanted.sort, Sort::Published | Sort::PublishedDesc);
    let published = if is_by_publication {
        place
    } else {
        "a.published_at"
    };
    if wanted.published_from.is_some() || wanted.published_to.is_some() {
        out.text(" and a.published_at is not null");
    }
    if let Some(from) = wanted.published_from {
        out.text(" and ")
            .text(published)
            .text(" >= ")
            .value::<Timestamptz, _>(from);
    }
    if let Some(to) = wanted.published_to {
        out.text(" and ")
            .text(published)
            .text(" <= ")
            .value::<Timestamptz, _>(to);
    }
    if let Some(since) = wanted.modified_since {
        let changed = match (is_by_publication, &wanted.surface) {
            (false, _) => place,
            (true, Surface::Live) => "a.surfaced_at",
            (true, _) => "a.modified_at",
        };
        out.text(" and ")
            .text(changed)
            .text(" >= ")
            .value::<Timestamptz, _>(since);
    }
}
