//! Which of several entries of a file gets an identifier.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{entry::Entry, report::Problem};
use crate::{
    base::{
        error::{AppResult, Code},
        timestamp,
    },
    tags::ExternalId,
};

/// Who gets what, of all entries of a file.
#[derive(Debug, Default)]
pub struct Claims(HashMap<ExternalId, Claim>);

/// The best claim so far.
#[derive(Debug)]
struct Claim {
    rank: Rank,
    number: usize,
    is_contested: bool,
}

/// The lowest wins: whose own identifier it is, then who is active, then the lowest code.
type Rank = (bool, bool, usize, String);

impl Claims {
    /// Weighs the claims of all entries, in their order; `now` tells who is active.
    pub fn weigh(
        entries: impl Iterator<Item = AppResult<Result<Entry, Problem>>>,
        now: DateTime<Utc>,
    ) -> AppResult<Self> {
        let mut claims = Self::default();
        for (number, entry) in entries.enumerate() {
            if let Ok(entry) = entry? {
                claims.add(number, &entry, now);
            }
        }
        // Most identifiers are claimed once, and then there is nothing to remember.
        claims.0.retain(|_, claim| claim.is_contested);
        Ok(claims)
    }

    fn add(&mut self, number: usize, entry: &Entry, now: DateTime<Utc>) {
        let (code, is_retired) = (entry.code(), is_retired(entry, now));
        for id in &entry.ids {
            let is_other = entry.own.as_ref() != Some(id);
            let rank = (is_other, is_retired, length(&code), code.clone());
            match self.0.get_mut(id) {
                None => {
                    let is_contested = false;
                    let claim = Claim {
                        rank,
                        number,
                        is_contested,
                    };
                    self.0.insert(id.clone(), claim);
                }
                Some(best) => {
                    best.is_contested = true;
                    if rank < best.rank {
                        (best.rank, best.number) = (rank, number);
                    }
                }
            }
        }
    }

    /// The identifiers that an entry gets, and what is to be told of the others.
    pub fn split(&self, number: usize, entry: &Entry) -> (Vec<ExternalId>, Vec<Problem>) {
        let (mut kept, mut lost) = (Vec::new(), Vec::new());
        for id in &entry.ids {
            match self.0.get(id) {
                Some(best) if best.number != number && best.rank.3 != entry.code() => {
                    let winner = &best.rank.3;
                    let detail = match *winner == id.to_string() {
                        true => format!("{id} is the code of another concept."),
                        false => format!("{id} is given to {winner}, which claims it too."),
                    };
                    lost.push(Problem::new(&entry.place, Code::ExternalIdTaken, detail));
                }
                _ => kept.push(id.clone()),
            }
        }
        (kept, lost)
    }
}

fn is_retired(entry: &Entry, now: DateTime<Utc>) -> bool {
    let at = entry.members.get("retired_at").and_then(Value::as_str);
    let at = at.and_then(|at| timestamp::parse(at).ok());
    entry.is_deprecated || at.is_some_and(|at| at <= now)
}

/// Numbers are compared as numbers: the longer is the greater.
fn length(code: &str) -> usize {
    let id = code.split_once(':').map_or(code, |(_, id)| id);
    let is_number = !id.is_empty() && id.bytes().all(|c| c.is_ascii_digit());
    if is_number { id.len() } else { 0 }
}
