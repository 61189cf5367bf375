use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use super::claims;
use crate::{
    changes::Writer,
    codes::{
        code::{Code, GENERATED_LENGTHS},
        new_link::NewLink,
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

    /// Makes a link with a new code, inside the caller's transaction. Never looks first and inserts
    /// then: the database's own constraint decides whether a code is free.
    ///
    /// Sends no notice: the code was drawn by chance a moment ago, so nobody can have asked for it
    /// and no instance keeps that it was unknown.
    pub async fn mint(
        &self,
        conn: &mut AsyncPgConnection,
        writer: &Writer,
        link: &NewLink,
    ) -> QueryResult<String> {
        let shortest = self.length(&link.domain);
        // From now on the domain is watched, whenever it was added.
        if shortest == *GENERATED_LENGTHS.start() {
            self.lengthen(&link.domain, shortest);
        }
        for length in shortest..=*GENERATED_LENGTHS.end() {
            for _ in 0..MAX_DRAWS {
                let code = Code::generate(length);
                if claims::insert(conn, writer, link, &code).await? {
                    return Ok(code.as_str().to_owned());
                }
            }
        }
        Err(diesel::result::Error::QueryBuilderError(
            "no free code was drawn".into(),
        ))
    }
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
