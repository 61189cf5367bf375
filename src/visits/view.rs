use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    class::Class,
    counts::Counts,
    filter::{By, Ranking, Span, Unit},
    model::{Groups, Statistics, TopLink},
};
use crate::base::{short_domains::DomainSet, timestamp};

/// Visits, those of people, of machines and of browsers that look ahead apart.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
#[schema(as = VisitCounts)]
pub struct CountsView {
    /// Visits of people, as far as can be told.
    #[schema(example = 512)]
    people: i64,
    /// Visits of machines.
    #[schema(example = 34)]
    bots: i64,
    /// What browsers and messengers fetched before anybody opened it.
    #[schema(example = 8)]
    prefetches: i64,
}

/// The visits of one step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitPoint)]
pub struct PointView {
    /// The beginning of the step.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-22T21:00:00Z")]
    at: DateTime<Utc>,
    /// Visits of people, as far as can be told.
    #[schema(example = 512)]
    people: i64,
    /// Visits of machines.
    #[schema(example = 34)]
    bots: i64,
    /// What browsers and messengers fetched before anybody opened it.
    #[schema(example = 8)]
    prefetches: i64,
}

/// The visits that have a value in common.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitGroup)]
pub struct GroupView {
    /// The channel, host, country or class; null for visits that had none, `(other)` for what was
    /// not told apart.
    #[schema(example = "social.example")]
    value: Option<String>,
    /// Visits of people, as far as can be told.
    #[schema(example = 512)]
    people: i64,
    /// Visits of machines.
    #[schema(example = 34)]
    bots: i64,
    /// What browsers and messengers fetched before anybody opened it.
    #[schema(example = 8)]
    prefetches: i64,
}

/// Visits over time, and what they are made of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VisitStats)]
pub struct StatsView {
    /// The beginning of the first step.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-22T21:00:00Z")]
    from: DateTime<Utc>,
    /// The end of the last step.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-23T21:00:00Z")]
    to: DateTime<Utc>,
    /// The step: `day` or `hour`.
    unit: Unit,
    /// The time zone in which steps begin.
    #[schema(example = "Asia/Riyadh")]
    tz: String,
    /// The visits of the whole time, exact.
    total: CountsView,
    /// The visits of each step, exact; a step without visits is there too.
    points: Vec<PointView>,
    /// What the visits are broken down by, if that was asked for.
    by: Option<By>,
    /// The 100 values with most visits of people; null without `by`.
    groups: Option<Vec<GroupView>>,
    /// Visits that no value accounts for, because under a flood they were counted and not noted singly;
    /// null without `by`.
    unattributed: Option<CountsView>,
}

impl From<Counts> for CountsView {
    fn from(counts: Counts) -> Self {
        let Counts {
            people,
            bots,
            prefetches,
        } = counts;
        Self {
            people,
            bots,
            prefetches,
        }
    }
}

fn group((value, counts): (String, Counts)) -> GroupView {
    GroupView {
        value: (!value.is_empty()).then_some(value),
        people: counts.people,
        bots: counts.bots,
        prefetches: counts.prefetches,
    }
}

/// The visits by their class, which every count tells apart.
fn by_class(total: Counts) -> Groups {
    let of = |class| {
        let (visits, mut counts) = (by(total, class), Counts::default());
        counts.add(class, visits);
        (class.as_str().to_owned(), counts)
    };
    Groups {
        items: Class::ALL.iter().copied().map(of).collect(),
        total,
    }
}

fn by(counts: Counts, class: Class) -> i64 {
    match class {
        Class::Person => counts.people,
        Class::Bot => counts.bots,
        Class::Prefetch => counts.prefetches,
    }
}

impl StatsView {
    /// What is answered to a question.
    pub fn new(span: Span, found: Statistics) -> Self {
        let Statistics {
            points,
            end,
            groups,
        } = found;
        let mut total = Counts::default();
        points.iter().for_each(|(_, counts)| total += *counts);
        let groups = match span.by {
            Some(By::Class) => Some(by_class(total)),
            _ => groups,
        };
        let unattributed = groups.as_ref().map(|groups| total.without(&groups.total));
        let point = |(at, counts): (DateTime<Utc>, Counts)| PointView {
            at,
            people: counts.people,
            bots: counts.bots,
            prefetches: counts.prefetches,
        };
        Self {
            from: points.first().map_or(span.from, |(start, _)| *start),
            to: end,
            unit: span.unit,
            tz: span.tz,
            total: total.into(),
            points: points.into_iter().map(point).collect(),
            by: span.by,
            groups: groups.map(|groups| groups.items.into_iter().map(group).collect()),
            unattributed: unattributed.map(CountsView::from),
        }
    }
}

/// A link in a ranking.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TopLink)]
pub struct TopLinkView {
    /// The short domain.
    #[schema(example = "exmp.news")]
    domain: String,
    /// The code, in lower case.
    #[schema(example = "7kq3m2")]
    code: String,
    /// The address as it is printed.
    #[schema(format = "uri", example = "https://exmp.news/7kq3m2")]
    url: String,
    /// The article that the link leads to; null where it leads to an address.
    #[schema(example = "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10")]
    article_id: Option<Uuid>,
    /// Visits of people, as far as can be told.
    #[schema(example = 512)]
    people: i64,
    /// Visits of machines.
    #[schema(example = 34)]
    bots: i64,
    /// What browsers and messengers fetched before anybody opened it.
    #[schema(example = 8)]
    prefetches: i64,
}

/// The most visited links.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TopLinks)]
pub struct TopView {
    /// The beginning of the first day.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-10-25T00:00:00Z")]
    from: DateTime<Utc>,
    /// The end of the last day.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-24T00:00:00Z")]
    to: DateTime<Utc>,
    /// The links, the one that most people visited first.
    items: Vec<TopLinkView>,
}

impl TopView {
    /// What is answered to a question.
    pub fn new(ranking: &Ranking, links: Vec<TopLink>, domains: &DomainSet) -> Self {
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        let item = |link: TopLink| TopLinkView {
            url: domains.short_url(&link.domain, &link.code),
            domain: link.domain,
            code: link.code,
            article_id: link.article_id,
            people: link.counts.people,
            bots: link.counts.bots,
            prefetches: link.counts.prefetches,
        };
        Self {
            from: midnight(ranking.from),
            to: midnight(ranking.to),
            items: links.into_iter().map(item).collect(),
        }
    }
}
