//! Tags found by their names, the likeliest first.

use std::{cmp::Reverse, collections::HashMap};

use chrono::{DateTime, Utc};
use diesel::{QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Brief, labels};
use crate::{
    base::language::Preferred,
    schema::{tag_usage, tags},
    tags::label::{Label, Role},
};

/// A tag that a name, or the beginning of one, may stand for.
#[derive(Debug)]
pub struct Match {
    /// The tag.
    pub tag: Brief,
    /// From when on no further article is filed under it.
    pub retired_at: Option<DateTime<Utc>>,
    /// Live articles filed under it.
    pub article_count: i64,
    /// The name by which it was found.
    pub label: Label,
}

/// How well a name matches; the least matches best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Whether it matches only what may have been meant.
    pub is_respelt: bool,
    /// Where and how it matches, 0 best.
    pub place: i32,
    /// Letters by which what was typed is off.
    pub slips: i32,
}

/// A tag's number, how well it matches, and the language, role and text of the name.
pub type Row = (i32, Rank, String, Role, String);

/// What was found: of each tag the name that matches best, of equal ones that in the caller's language.
pub struct Best<'a> {
    preferred: &'a Preferred,
    names: HashMap<i32, (Rank, bool, Label)>,
}

impl<'a> Best<'a> {
    /// Nothing yet, for a caller who would like these languages.
    pub fn new(preferred: &'a Preferred) -> Self {
        let names = HashMap::new();
        Self { preferred, names }
    }

    /// Takes these in, if they are better than what is known.
    pub fn add(&mut self, rows: impl IntoIterator<Item = Row>) {
        for (id, rank, language, role, name) in rows {
            let languages = std::iter::once(language.as_str());
            let is_foreign = self.preferred.choose(languages).is_none();
            let known = self.names.get(&id);
            if known.is_none_or(|known| (rank, is_foreign) < (known.0, known.1)) {
                let label = Label {
                    language,
                    role,
                    name,
                };
                self.names.insert(id, (rank, is_foreign, label));
            }
        }
    }

    /// How many tags were found.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The tags themselves, the likeliest first: by match, then active ones, then by use; of what is equal
    /// until then first what is found by a name in the caller's language, and by the shortest.
    pub async fn present(mut self, conn: &mut AsyncPgConnection) -> QueryResult<Vec<Match>> {
        let ids: Vec<i32> = self.names.keys().copied().collect();
        let rows: Vec<(Brief, Option<DateTime<Utc>>, i64)> = tags::table
            .inner_join(tag_usage::table)
            .filter(tags::id.eq_any(ids).and(tags::deleted_at.is_null()))
            .select((
                Brief::as_select(),
                tags::retired_at,
                tag_usage::article_count,
            ))
            .load(conn)
            .await?;
        let mut matches = Vec::with_capacity(rows.len());
        for (tag, retired_at, article_count) in rows {
            let Some((rank, is_foreign, label)) = self.names.remove(&tag.id) else {
                continue;
            };
            let match_and_use = (rank, retired_at.is_some(), Reverse(article_count));
            let name = (is_foreign, label.name.chars().count(), label.name.clone());
            let place = (match_and_use, name, tag.id);
            let found = Match {
                tag,
                retired_at,
                article_count,
                label,
            };
            matches.push((place, found));
        }
        matches.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut matches: Vec<Match> = matches.into_iter().map(|(_, found)| found).collect();
        let tags = matches.iter_mut().map(|found| &mut found.tag);
        labels::translate(conn, self.preferred, tags).await?;
        Ok(matches)
    }
}
