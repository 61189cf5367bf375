use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::entry::{Entry, Ready, Timeline};
use crate::{
    articles::{Visibility, visibility},
    base::basis::Moment,
    codes::{ForwardQuery, LinkStatus},
    links::Facts,
    schema::{articles, short_links},
    visits::Recorder,
};

/// What the redirect needs of a link's own row.
#[derive(Queryable, Selectable)]
#[diesel(table_name = short_links)]
struct Link {
    status: LinkStatus,
    target_url: Option<String>,
    not_before: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    replacement_url: Option<String>,
    id: i64,
    forward_query: ForwardQuery,
}

/// What it needs of the link's article, as the SQL functions of visibility see it now.
struct Article {
    address: Option<String>,
    visibility: Visibility,
    was_public: bool,
    /// When time alone next makes it live or ends it.
    settles_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
}

type ArticleRow = (
    Option<String>,
    Visibility,
    bool,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
);

/// Links by their codes.
pub type Found = HashMap<String, Entry>;

/// Looks codes of a domain up after a moment, in one statement whatever comes of it.
pub async fn look_up(
    mut conn: &AsyncPgConnection,
    recorder: &Recorder,
    (domain, codes): (&str, &[&str]),
    (since, now): (Moment, DateTime<Utc>),
) -> QueryResult<Found> {
    let named = short_links::domain
        .eq(domain)
        .and(short_links::code.eq_any(codes));
    let article = (
        articles::canonical_url,
        visibility::at(now),
        visibility::was_ever_public(now),
        visibility::settles_at(now),
        articles::expires_at,
    )
        .nullable();
    let rows: Vec<(String, Link, Option<ArticleRow>)> = short_links::table
        .left_join(articles::table)
        .filter(named)
        .select((short_links::code, Link::as_select(), article))
        .load(&mut conn)
        .await?;
    let entry = |(code, link, article): (String, Link, Option<ArticleRow>)| {
        let article = article.map(Article::from);
        let entry = entry(link, article, recorder, (domain, &code), (since, now));
        (code, entry)
    };
    Ok(rows.into_iter().map(entry).collect())
}

impl From<ArticleRow> for Article {
    fn from((address, visibility, was_public, settles_at, expires_at): ArticleRow) -> Self {
        Self {
            address,
            visibility,
            was_public,
            settles_at,
            expires_at,
        }
    }
}

impl Article {
    /// The moments from which on another state may hold.
    fn moments(&self) -> impl Iterator<Item = DateTime<Utc>> {
        self.settles_at.into_iter().chain(self.expires_at)
    }

    /// The article's visibility at a moment from now on, and whether it was ever public by then. Time
    /// alone does two things to an article: it makes it live, and then it ends it, before the eyes of
    /// the public.
    fn at(&self, moment: DateTime<Utc>) -> (Visibility, bool) {
        let is_settled = self.settles_at.is_some_and(|at| at <= moment);
        let is_over = self.expires_at.is_some_and(|at| at <= moment);
        match self.visibility {
            present if !is_settled => (present, self.was_public),
            Visibility::Live => (Visibility::Expired, true),
            _ if is_over => (Visibility::Expired, true),
            _ => (Visibility::Live, true),
        }
    }
}

fn entry(
    link: Link,
    article: Option<Article>,
    recorder: &Recorder,
    (domain, code): (&str, &str),
    (since, now): (Moment, DateTime<Utc>),
) -> Entry {
    let address = match &article {
        Some(article) => article.address.clone(),
        None => link.target_url.clone(),
    };
    let target = address.and_then(Ready::new);
    let own = [link.not_before, link.expires_at];
    let of_article = article.iter().flat_map(Article::moments);
    let moments = own.into_iter().flatten().chain(of_article).collect();
    let standing_at = |moment| {
        let facts = Facts {
            status: link.status,
            not_before: link.not_before,
            expires_at: link.expires_at,
            has_address: target.is_some(),
            article: article.as_ref().map(|article| article.at(moment)),
        };
        facts.standing(moment)
    };
    let timeline = Timeline::new(now, moments, standing_at);
    Entry {
        basis: Entry::basis(since, domain, code, timeline.first),
        timeline,
        target,
        replacement: link.replacement_url,
        forward_query: link.forward_query,
        tally: Some(recorder.tally(link.id)),
    }
}
