use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, QueryResult, insert_into, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::code::{Code, GENERATED_LENGTHS, Shape};
use crate::{
    changes::{self, Action, Noun, Writer},
    schema::short_links,
};

/// Draws of one length before the next length is tried.
const MAX_DRAWS: usize = 8;

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To an article, wherever that is published.
    Article(Uuid),
    /// To a fixed address.
    Url(String),
}

impl Target {
    /// The target as the columns `article_id` and `target_url` keep it.
    pub fn columns(&self) -> (Option<Uuid>, Option<&str>) {
        match self {
            Self::Article(id) => (Some(*id), None),
            Self::Url(url) => (None, Some(url)),
        }
    }
}

/// A link to be made.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The short domain.
    pub domain: String,
    /// Where it leads.
    pub target: Target,
    /// When it stops leading there.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Makes codes, and knows how long they have to be on each domain.
#[derive(Clone, Debug)]
pub struct Minter {
    lengths: Arc<HashMap<String, AtomicUsize>>,
}

impl Minter {
    /// A minter for these domains, which begins with the shortest codes.
    pub fn new<'a>(domains: impl Iterator<Item = &'a str>) -> Self {
        let shortest = *GENERATED_LENGTHS.start();
        let lengths = domains
            .map(|domain| (domain.to_owned(), AtomicUsize::new(shortest)))
            .collect();
        Self {
            lengths: Arc::new(lengths),
        }
    }

    /// The domains that codes are made for.
    pub fn domains(&self) -> impl Iterator<Item = &str> {
        self.lengths.keys().map(String::as_str)
    }

    /// Length of new codes on a domain.
    pub fn length(&self, domain: &str) -> usize {
        self.lengths
            .get(domain)
            .map_or(*GENERATED_LENGTHS.start(), |length| {
                length.load(Ordering::Relaxed)
            })
    }

    /// Makes the codes of a domain longer from now on.
    pub fn lengthen(&self, domain: &str, length: usize) {
        if let Some(known) = self.lengths.get(domain) {
            known.fetch_max(length.min(*GENERATED_LENGTHS.end()), Ordering::Relaxed);
        }
    }

    /// Makes a link with a new code, inside the caller's transaction. Never looks first and inserts
    /// then: the database's own constraint decides whether a code is free.
    pub async fn mint(
        &self,
        conn: &mut AsyncPgConnection,
        writer: &Writer,
        link: &NewLink,
    ) -> QueryResult<String> {
        for length in self.length(&link.domain)..=*GENERATED_LENGTHS.end() {
            for _ in 0..MAX_DRAWS {
                let code = Code::generate(length);
                if claim(conn, writer, link, &code).await? {
                    return Ok(code.as_str().to_owned());
                }
            }
        }
        Err(diesel::result::Error::QueryBuilderError(
            "no free code was drawn".into(),
        ))
    }
}

/// Makes a link with this code, inside the caller's transaction; false if it was given out before.
pub async fn claim(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    link: &NewLink,
    code: &Code,
) -> QueryResult<bool> {
    let (article_id, target_url) = link.target.columns();
    let row = (
        short_links::domain.eq(&link.domain),
        short_links::code.eq(code.as_str()),
        short_links::kind.eq(code.shape().as_str()),
        short_links::status.eq("active"),
        short_links::article_id.eq(article_id),
        short_links::target_url.eq(target_url),
        short_links::expires_at.eq(link.expires_at),
        short_links::created_at.eq(writer.at),
        short_links::modified_at.eq(writer.at),
    );
    let inserted = insert_into(short_links::table)
        .values(row)
        .on_conflict((short_links::domain, short_links::code))
        .do_nothing()
        .returning(short_links::id)
        .get_result::<i64>(conn)
        .await
        .optional()?;
    if inserted.is_some() {
        let name = format!("{}/{}", link.domain, code.as_str());
        changes::record(
            conn,
            writer,
            Action::Create,
            (Noun::ShortLink, &name),
            Some(1),
        )
        .await?;
    }
    Ok(inserted.is_some())
}

/// How much of the codes of this length is given out on a domain, from 0 to 1, by a sample: codes
/// are random, so as many of the sample are taken as of them all.
pub async fn sample_fill(
    mut conn: &AsyncPgConnection,
    domain: &str,
    length: usize,
) -> QueryResult<f64> {
    const SAMPLE: u16 = 1000;
    let drawn: Vec<String> = (0..SAMPLE)
        .map(|_| Code::generate(length).as_str().to_owned())
        .collect();
    let taken = short_links::table
        .filter(short_links::domain.eq(domain))
        .filter(short_links::code.eq_any(drawn));
    let taken = taken
        .filter(short_links::kind.eq(Shape::Generated.as_str()))
        .count();
    let taken: i64 = taken.get_result(&mut conn).await?;
    Ok(f64::from(i32::try_from(taken).unwrap_or(i32::MAX)) / f64::from(SAMPLE))
}
