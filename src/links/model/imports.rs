use std::collections::{BTreeSet, HashMap, HashSet};

use diesel::{QueryResult, prelude::*, result::Error as DieselError};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{
    articles::hold_articles,
    base::notices,
    changes::Writer,
    codes::{self, Code, CodeKind, NewLink, Target},
    domains,
    schema::short_links,
};

/// What became of a link of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It is there now.
    Made,
    /// It was there, leading to the same target.
    Unchanged,
    /// Its article is not there.
    NoArticle,
    /// Its code was given out before, for this target.
    Taken(Target),
}

type Name = (String, String);

/// How an import's transaction ends without a commit.
enum Undone {
    /// It was tried out.
    Tried(Vec<Imported>),
    /// It failed.
    Failed(DieselError),
}

impl From<DieselError> for Undone {
    fn from(fault: DieselError) -> Self {
        Self::Failed(fault)
    }
}

/// Imports links in one transaction, with their records and one notice for each domain; what became
/// of each is answered in their order. A try takes everything back.
pub async fn import(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    links: &[(NewLink, Code)],
    is_try: bool,
) -> QueryResult<Vec<Imported>> {
    let done = conn
        .transaction(async |conn| {
            let all = import_all(conn, writer, links).await?;
            if is_try {
                return Err(Undone::Tried(all));
            }
            Ok(all)
        })
        .await;
    match done {
        Ok(all) | Err(Undone::Tried(all)) => Ok(all),
        Err(Undone::Failed(fault)) => Err(fault),
    }
}

async fn import_all(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    links: &[(NewLink, Code)],
) -> QueryResult<Vec<Imported>> {
    let articles: Vec<Uuid> = links
        .iter()
        .filter_map(|(new, _)| new.target.columns().0)
        .collect();
    let present: HashSet<Uuid> = hold_articles(conn, &articles).await?.into_iter().collect();
    let is_sound = |new: &NewLink| {
        let article = new.target.columns().0;
        article.is_none_or(|id| present.contains(&id))
    };
    // The first line of a code counts; those that follow are compared with it.
    let mut firsts = HashMap::new();
    for (new, code) in links.iter().filter(|(new, _)| is_sound(new)) {
        firsts
            .entry((new.domain.clone(), code.as_str().to_owned()))
            .or_insert((new, code));
    }
    // In one order, so that two imports never wait for each other in a circle.
    let mut rows: Vec<(&NewLink, &Code)> = firsts.values().copied().collect();
    rows.sort_unstable_by_key(|(new, code)| (&new.domain, code.as_str()));
    let made = codes::insert_all(conn, writer, CodeKind::Legacy, &rows).await?;
    let taken = targets_of(conn, firsts.keys().filter(|name| !made.contains(*name))).await?;
    announce(conn, writer, links, &made).await?;
    let mut fresh = made.clone();
    let outcome = |(new, code): &(NewLink, Code)| {
        let name = (new.domain.clone(), code.as_str().to_owned());
        let first = firsts.get(&name).map(|(first, _)| &first.target);
        let before = taken.get(&name).or(first);
        match before {
            _ if !is_sound(new) => Imported::NoArticle,
            _ if fresh.remove(&name) => Imported::Made,
            Some(before) if *before != new.target => Imported::Taken(before.clone()),
            _ => Imported::Unchanged,
        }
    };
    Ok(links.iter().map(outcome).collect())
}

/// Where links lead that were there before.
async fn targets_of(
    conn: &mut AsyncPgConnection,
    names: impl Iterator<Item = &Name>,
) -> QueryResult<HashMap<Name, Target>> {
    let mut by_domain: HashMap<&str, Vec<&str>> = HashMap::new();
    for (domain, code) in names {
        by_domain.entry(domain).or_default().push(code);
    }
    let mut targets = HashMap::new();
    for (domain, codes) in by_domain {
        let rows: Vec<(String, Option<Uuid>, Option<String>)> = short_links::table
            .filter(short_links::domain.eq(domain))
            .filter(short_links::code.eq_any(codes))
            .select((
                short_links::code,
                short_links::article_id,
                short_links::target_url,
            ))
            .load(conn)
            .await?;
        targets.extend(rows.into_iter().map(|(code, article, url)| {
            let target = article.map_or(Target::Url(url.unwrap_or_default()), Target::Article);
            ((domain.to_owned(), code), target)
        }));
    }
    Ok(targets)
}

/// Tells every instance: of each domain, once, that codes may be known now that were not, and that
/// codes are to be looked up that were refused by their form before.
async fn announce(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    links: &[(NewLink, Code)],
    made: &HashSet<Name>,
) -> QueryResult<()> {
    let touched: BTreeSet<&str> = made.iter().map(|(domain, _)| domain.as_str()).collect();
    for domain in touched {
        notices::send(conn, codes::ABSENT, domain).await?;
        let is_new_form = |new: &NewLink, code: &Code| {
            new.domain == domain
                && code.needs_legacy_length()
                && made.contains(&(new.domain.clone(), code.as_str().to_owned()))
        };
        let lengths: BTreeSet<i16> = links
            .iter()
            .filter(|(new, code)| is_new_form(new, code))
            .filter_map(|(_, code)| i16::try_from(code.as_str().len()).ok())
            .collect();
        if !lengths.is_empty() {
            domains::admit_lengths(conn, writer, domain, lengths).await?;
        }
    }
    Ok(())
}
