use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryResult,
    prelude::*,
    result::Error as DieselError,
    sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Timestamptz, Uuid as UuidSql},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{
    base::{error::AppResult, statement::Statement},
    schema::short_links,
    visits::{
        counts::Counts,
        detail::Dimension,
        filter::{Ranking, Span, Unit, unknown_zone},
    },
};

/// Most values of a breakdown; those with most visits are answered.
const MAX_GROUPS: i64 = 100;

/// Visits over time, and what they are made of.
#[derive(Debug)]
pub struct Statistics {
    /// The steps, each with its beginning and its visits.
    pub points: Vec<(DateTime<Utc>, Counts)>,
    /// The end of the last step.
    pub end: DateTime<Utc>,
    /// The values of the dimension that was asked for, and the visits of each.
    pub groups: Option<Groups>,
}

/// Visits by the values of a dimension.
#[derive(Debug, Default)]
pub struct Groups {
    /// The values with most visits; the empty one stands for visits that had none.
    pub items: Vec<(String, Counts)>,
    /// The visits of all values.
    pub total: Counts,
}

/// A link in a ranking.
#[derive(Debug)]
pub struct TopLink {
    /// Its short domain.
    pub domain: String,
    /// Its code.
    pub code: String,
    /// The article that it leads to.
    pub article_id: Option<Uuid>,
    /// Its visits.
    pub counts: Counts,
}

/// The number of a link.
pub async fn find_link(
    mut conn: &AsyncPgConnection,
    domain: &str,
    code: &str,
) -> QueryResult<Option<i64>> {
    let named = short_links::domain
        .eq(domain)
        .and(short_links::code.eq(code));
    let link = short_links::table.filter(named).select(short_links::id);
    link.first(&mut conn).await.optional()
}

/// The numbers of the links that lead to an article.
pub async fn links_of_article(
    mut conn: &AsyncPgConnection,
    article: Uuid,
) -> QueryResult<Vec<i64>> {
    let links = short_links::table.filter(short_links::article_id.eq(article));
    links.select(short_links::id).load(&mut conn).await
}

/// The visits of these links. All of it is read as of one moment, so that the parts make up the whole.
pub async fn read(
    conn: &mut AsyncPgConnection,
    links: &[i64],
    span: &Span,
) -> AppResult<Statistics> {
    let mut reading = conn.build_transaction().read_only().repeatable_read();
    reading
        .run(async |conn| {
            let (starts, end) = steps(conn, span).await?;
            let times = Times {
                links,
                starts: &starts,
                end,
                is_daily: span.unit == Unit::Day && matches!(&*span.tz, "UTC" | "Etc/UTC"),
            };
            let counts = series(conn, &times).await?;
            let groups = match span.by.and_then(|by| by.dimension()) {
                Some(dimension) => Some(groups(conn, &times, dimension).await?),
                None => None,
            };
            Ok(Statistics {
                points: starts.into_iter().zip(counts).collect(),
                end,
                groups,
            })
        })
        .await
}

/// Whose visits, and when.
struct Times<'a> {
    links: &'a [i64],
    starts: &'a [DateTime<Utc>],
    end: DateTime<Utc>,
    /// Whether the steps are the days that are kept.
    is_daily: bool,
}

impl Times<'_> {
    fn first(&self) -> DateTime<Utc> {
        self.starts.first().copied().unwrap_or(self.end)
    }

    /// The end of a statement that names the rows.
    fn narrow<S>(&self, statement: &mut Statement<S>) {
        statement
            .text(" where link_id = any(")
            .value::<Array<BigInt>, _>(self.links.to_vec());
        if self.is_daily {
            statement
                .text(") and day >= ")
                .value::<Date, _>(self.first().date_naive());
            statement
                .text(" and day < ")
                .value::<Date, _>(self.end.date_naive());
        } else {
            statement
                .text(") and at >= ")
                .value::<Timestamptz, _>(self.first());
            statement
                .text(" and at < ")
                .value::<Timestamptz, _>(self.end);
        }
    }
}

/// Where the steps begin, and where the last one ends. Postgres knows the time zones; an hour that
/// the clocks repeat is two steps, one that they leave out is none.
async fn steps(
    conn: &mut AsyncPgConnection,
    span: &Span,
) -> AppResult<(Vec<DateTime<Utc>>, DateTime<Utc>)> {
    let mut series: Statement<Timestamptz> = Statement::new("");
    let (from, to, tz) = (span.from, span.to, &span.tz);
    match span.unit {
        Unit::Day => {
            series
                .text("select distinct day at time zone ")
                .value::<Text, _>(tz.clone());
            series
                .text(" from generate_series(date_trunc('day', ")
                .value::<Timestamptz, _>(from);
            series
                .text(" at time zone ")
                .value::<Text, _>(tz.clone())
                .text("), ");
            series
                .value::<Timestamptz, _>(to)
                .text(" at time zone ")
                .value::<Text, _>(tz.clone());
            series.text(" + interval '1 day', interval '1 day') as day order by 1");
        }
        Unit::Hour => {
            series
                .text("select min(at) from generate_series(date_trunc('hour', ")
                .value::<Timestamptz, _>(from);
            series.text(", ").value::<Text, _>(tz.clone()).text("), ");
            series.value::<Timestamptz, _>(to);
            series.text(" + interval '2 hours', interval '15 minutes') as at group by date_trunc('hour', at, ");
            series.value::<Text, _>(tz.clone()).text(") order by 1");
        }
    }
    let all: Vec<DateTime<Utc>> = series.load(conn).await.map_err(|fault| match &fault {
        // Postgres names the zone that it does not know.
        DieselError::DatabaseError(_, info) if info.message().contains(&**tz) => unknown_zone(),
        _ => fault.into(),
    })?;
    let first = all.iter().rposition(|start| *start <= from);
    let mut starts = all[first.unwrap_or_default()..].to_vec();
    let end = starts.iter().copied().find(|start| *start >= to);
    starts.retain(|start| *start < to);
    Ok((starts, end.unwrap_or(to)))
}

type Sums = (BigInt, BigInt, BigInt);

/// People, machines, ahead.
type Numbers = (i64, i64, i64);

fn counts((people, bots, prefetches): Numbers) -> Counts {
    Counts {
        people,
        bots,
        prefetches,
    }
}

/// The visits of each step.
async fn series(conn: &mut AsyncPgConnection, times: &Times<'_>) -> QueryResult<Vec<Counts>> {
    let mut sums: Statement<(Integer, BigInt, BigInt, BigInt)> =
        Statement::new("select width_bucket(");
    sums.text(match times.is_daily {
        true => "day::timestamp at time zone 'UTC', ",
        false => "at, ",
    });
    sums.value::<Array<Timestamptz>, _>(times.starts.to_vec());
    sums.text("), sum(people)::bigint, sum(bots)::bigint, sum(prefetches)::bigint from ");
    sums.text(match times.is_daily {
        true => "visit_days",
        false => "visit_quarters",
    });
    times.narrow(&mut sums);
    sums.text(" group by 1");
    let rows: Vec<(i32, i64, i64, i64)> = sums.load(conn).await?;
    let mut series = vec![Counts::default(); times.starts.len()];
    for (step, people, bots, prefetches) in rows {
        let place = usize::try_from(step - 1).ok();
        if let Some(sum) = place.and_then(|place| series.get_mut(place)) {
            *sum = counts((people, bots, prefetches));
        }
    }
    Ok(series)
}

/// The visits of each value of a dimension. What is noted of all visits and of no value had none.
async fn groups(
    conn: &mut AsyncPgConnection,
    times: &Times<'_>,
    dimension: Dimension,
) -> QueryResult<Groups> {
    let mut sums: Statement<(Text, Text, Sums, Sums)> = Statement::new(
        "select dimension, value, sum(people)::bigint, sum(bots)::bigint, sum(prefetches)::bigint, \
         (sum(sum(people)) over its)::bigint, (sum(sum(bots)) over its)::bigint, \
         (sum(sum(prefetches)) over its)::bigint from ",
    );
    sums.text(match times.is_daily {
        true => "visit_breakdown_days",
        false => "visit_breakdown_quarters",
    });
    times.narrow(&mut sums);
    sums.text(" and dimension in (")
        .value::<Text, _>(dimension.as_str())
        .text(", ")
        .value::<Text, _>(Dimension::Whole.as_str());
    sums.text(
        ") group by dimension, value window its as (partition by dimension) \
         order by sum(people) desc, sum(bots + prefetches) desc, value limit ",
    );
    // All visits are one row, and none is before it.
    sums.value::<BigInt, _>(MAX_GROUPS + 1);
    let rows: Vec<(String, String, Numbers, Numbers)> = sums.load(conn).await?;
    Ok(Groups::of(rows, dimension))
}

impl Groups {
    fn of(rows: Vec<(String, String, Numbers, Numbers)>, dimension: Dimension) -> Self {
        let (mut items, mut named) = (Vec::new(), Counts::default());
        let mut total = Counts::default();
        for (of, value, sums, its) in rows {
            if of == dimension.as_str() {
                named = counts(its);
                items.push((value, counts(sums)));
            } else {
                total = counts(sums);
            }
        }
        let unnamed = total.without(&named);
        if unnamed.sum() > 0 {
            items.push((String::new(), unnamed));
        }
        items.sort_by_key(|(_, counts)| Reverse((counts.people, counts.sum())));
        items.truncate(usize::try_from(MAX_GROUPS).unwrap_or(usize::MAX));
        Self { items, total }
    }
}

/// The links that most people visited.
pub async fn top(conn: &mut AsyncPgConnection, ranking: &Ranking) -> QueryResult<Vec<TopLink>> {
    let mut rank: Statement<(Text, Text, Nullable<UuidSql>, Sums)> = Statement::new(
        "select l.domain, l.code, l.article_id, v.people, v.bots, v.prefetches from ( \
         select link_id, sum(people)::bigint as people, sum(bots)::bigint as bots, \
         sum(prefetches)::bigint as prefetches from visit_days where day >= ",
    );
    rank.value::<Date, _>(ranking.from)
        .text(" and day < ")
        .value::<Date, _>(ranking.to);
    if let Some(domain) = &ranking.domain {
        rank.text(" and exists (select from short_links f where f.id = link_id and f.domain = ")
            .value::<Text, _>(domain.clone())
            .text(")");
    }
    rank.text(" group by link_id order by 2 desc, link_id limit ")
        .value::<BigInt, _>(ranking.limit);
    rank.text(") v join short_links l on l.id = v.link_id order by v.people desc, v.link_id");
    let rows: Vec<(String, String, Option<Uuid>, Numbers)> = rank.load(conn).await?;
    let link = |(domain, code, article_id, sums)| TopLink {
        domain,
        code,
        article_id,
        counts: counts(sums),
    };
    Ok(rows.into_iter().map(link).collect())
}
