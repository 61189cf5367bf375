//! Which tags the articles of a batch mean, asked once for all of them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::{QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::TagWish;
use crate::{
    schema::tags as tag_rows,
    tags::{self, Sought, TagKind, TagRef},
};

/// The tags that some wishes lead to, as far as they are there and it is clear which is meant.
pub struct KnownTags<'a> {
    ids: HashMap<&'a TagWish, i32>,
    retired: HashSet<i32>,
}

impl<'a> KnownTags<'a> {
    /// Finds them.
    pub async fn find(
        conn: &mut AsyncPgConnection,
        wishes: impl Iterator<Item = &'a TagWish>,
        now: DateTime<Utc>,
    ) -> QueryResult<Self> {
        let distinct: HashSet<&TagWish> = wishes.collect();
        let (mut named, mut described) = (Vec::new(), Vec::new());
        for wish in distinct {
            match wish {
                TagWish::Named(raw) => named.extend(TagRef::parse(raw).map(|name| (wish, name))),
                TagWish::Described(kind, name) => described.push((wish, (*kind, name.as_str()))),
            }
        }
        let (wishes, names): (Vec<&TagWish>, Vec<TagRef>) = named.into_iter().unzip();
        let found = tags::resolve(conn, &names).await?;
        let mut ids = pairs(wishes, found);
        let (wishes, names): (Vec<&TagWish>, Vec<(TagKind, &str)>) = described.into_iter().unzip();
        let found = tags::find_by_names(conn, &names).await?;
        ids.extend(pairs(wishes, found.into_iter().map(id_of)));
        let retired = tag_rows::table
            .filter(tag_rows::id.eq_any(ids.values()))
            .filter(tag_rows::retired_at.le(now));
        let retired: Vec<i32> = retired.select(tag_rows::id).load(conn).await?;
        let retired = retired.into_iter().collect();
        Ok(Self { ids, retired })
    }

    /// The numbers of the tags that an article is to carry, in order, each once; `None` if one of them has to be
    /// made, or may not come to an article that carries these.
    pub fn of(&self, wishes: &[TagWish], carried: &[i32]) -> Option<Vec<i32>> {
        let mut ids = Vec::with_capacity(wishes.len());
        for wish in wishes {
            let id = *self.ids.get(wish)?;
            if self.retired.contains(&id) && !carried.contains(&id) {
                return None;
            }
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Some(ids)
    }
}

fn pairs(
    wishes: Vec<&TagWish>,
    ids: impl IntoIterator<Item = Option<i32>>,
) -> HashMap<&TagWish, i32> {
    let pairs = wishes.into_iter().zip(ids);
    pairs.filter_map(|(wish, id)| Some((wish, id?))).collect()
}

fn id_of(sought: Sought) -> Option<i32> {
    match sought {
        Sought::Found(id) => Some(id),
        Sought::Missing | Sought::Ambiguous(_) => None,
    }
}
