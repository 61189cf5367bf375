use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use super::{bulk::insert_all, claims};
use crate::{
    changes::Writer,
    codes::{
        code::{Code, CodeKind, GENERATED_LENGTHS},
        new_link::{NewLink, Target},
    },
};

/// Draws of one length before the next length is tried.
const MAX_DRAWS: usize = 8;

/// Makes codes, and knows how long they have to be on each domain. A domain that is added later is
/// known from its first code on.
#[derive(Clone, Debug, Default)]
pub struct Minter {
    lengths: Arc<RwLock<BTreeMap<String, usize>>>,
}

impl Minter {
    /// A minter for these domains, which begins with the shortest codes.
    pub fn new<'a>(domains: impl Iterator<Item = &'a str>) -> Self {
        let minter = Self::default();
        for domain in domains {
            minter.lengthen(domain, *GENERATED_LENGTHS.start());
        }
        minter
    }

    /// The domains that codes are made for.
    pub fn domains(&self) -> Vec<String> {
        let lengths = self.lengths.read().unwrap_or_else(PoisonError::into_inner);
        lengths.keys().cloned().collect()
    }

    /// Length of new codes on a domain.
    pub fn length(&self, domain: &str) -> usize {
        let lengths = self.lengths.read().unwrap_or_else(PoisonError::into_inner);
        let known = lengths.get(domain).copied();
        known.unwrap_or(*GENERATED_LENGTHS.start())
    }

    /// Makes the codes of a domain longer from now on.
    pub fn lengthen(&self, domain: &str, length: usize) {
        let mut lengths = self.lengths.write().unwrap_or_else(PoisonError::into_inner);
        let known = lengths.entry(domain.to_owned()).or_default();
        *known = (*known).max(length.min(*GENERATED_LENGTHS.end()));
    }

    /// Makes a link with a new code; answers the number of the link, and the code. Never looks first and inserts
    /// then: the database's own constraint decides whether a code is free.
    ///
    /// Sends no notice: the code was drawn by chance a moment ago, so nobody can have asked for it
    /// and no instance keeps that it was unknown.
    pub async fn mint(
        &self,
        conn: &mut AsyncPgConnection,
        writer: &Writer,
        link: &NewLink,
    ) -> QueryResult<(i64, Code)> {
        for length in self.draws(&link.domain) {
            let code = Code::generate(length);
            if let Some(id) = claims::insert(conn, writer, link, &code).await? {
                return Ok((id, code));
            }
        }
        Err(nothing_free())
    }

    /// Makes a link with a new code to each of these targets, as [`Minter::mint`] makes one; answers
    /// the codes in the same order.
    pub async fn mint_all(
        &self,
        conn: &mut AsyncPgConnection,
        writer: &Writer,
        domain: &str,
        targets: impl Iterator<Item = Target>,
    ) -> QueryResult<Vec<String>> {
        let links: Vec<NewLink> = targets.map(|target| NewLink::to(target, domain)).collect();
        let mut codes: Vec<Option<String>> = vec![None; links.len()];
        for length in self.draws(domain) {
            let open = (0..links.len()).filter(|place| codes[*place].is_none());
            // Of two that draw one code, one draws again.
            let drawn: HashMap<Code, usize> =
                open.map(|place| (Code::generate(length), place)).collect();
            let mut rows: Vec<(&Code, &usize)> = drawn.iter().collect();
            rows.sort_unstable_by_key(|(_, place)| **place);
            let rows: Vec<_> = rows
                .into_iter()
                .map(|(code, place)| (&links[*place], code))
                .collect();
            if rows.is_empty() {
                break;
            }
            let made = insert_all(conn, writer, CodeKind::Generated, &rows).await?;
            for (_, code) in made {
                if let Some(code) = Code::parse(&code)
                    && let Some(place) = drawn.get(&code)
                {
                    codes[*place] = Some(code.as_str().to_owned());
                }
            }
        }
        let codes: Option<Vec<String>> = codes.into_iter().collect();
        codes.ok_or_else(nothing_free)
    }

    /// How long each draw for a code of a domain is.
    fn draws(&self, domain: &str) -> impl Iterator<Item = usize> + use<> {
        let shortest = self.length(domain);
        // From now on the domain is watched, whenever it was added.
        if shortest == *GENERATED_LENGTHS.start() {
            self.lengthen(domain, shortest);
        }
        let lengths = shortest..=*GENERATED_LENGTHS.end();
        lengths.flat_map(|length| std::iter::repeat_n(length, MAX_DRAWS))
    }
}

fn nothing_free() -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError("no free code was drawn".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_that_is_added_later_has_lengths_of_its_own() {
        let minter = Minter::new(["exmp.news"].into_iter());
        assert_eq!(minter.length("later.example"), 6);

        minter.clone().lengthen("later.example", 7);
        minter.lengthen("exmp.news", 20);

        assert_eq!(minter.domains(), ["exmp.news", "later.example"]);
        assert_eq!(minter.length("later.example"), 7);
        assert_eq!(minter.length("exmp.news"), 9);
    }
}
