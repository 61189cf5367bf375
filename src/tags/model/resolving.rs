//! Which tags callers mean by names, keys and identifiers.

use diesel::{QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{
    Brief,
    autocomplete::autocomplete,
    keys, labels,
    matches::{Best, Match, Rank},
};
use crate::{
    base::{language::Preferred, text},
    schema::{tag_labels, tags},
    tags::{filter::Typed, key::TagRef, label::Role},
};

/// Most names of tags that are called alike that are looked at.
const MAX_CALLED: i64 = 100;

/// Most tags that are named where it is not clear which is meant.
pub const MAX_CANDIDATES: i64 = 5;

/// What a caller asks for.
#[derive(Debug)]
pub enum Asked {
    /// A key or an identifier.
    Reference(TagRef),
    /// A name.
    Name(Typed),
}

/// What a caller may mean.
#[derive(Debug)]
pub enum Meant {
    /// This tag.
    Tag(Brief),
    /// One of several that are called so.
    Several(Vec<Match>),
    /// No tag that is known; these are called alike.
    Nothing(Vec<Match>),
}

/// What each of these means, in the same order.
pub async fn resolve_each(
    conn: &mut AsyncPgConnection,
    asked: &[Asked],
    preferred: &Preferred,
) -> QueryResult<Vec<Meant>> {
    let mut all = Vec::with_capacity(asked.len());
    for one in asked {
        all.push(match one {
            Asked::Reference(name) => by_reference(conn, name, preferred).await?,
            Asked::Name(typed) => by_name(conn, typed, preferred).await?,
        });
    }
    Ok(all)
}

async fn by_reference(
    mut conn: &AsyncPgConnection,
    name: &TagRef,
    preferred: &Preferred,
) -> QueryResult<Meant> {
    let known = keys::resolve(conn, std::slice::from_ref(name)).await?;
    let Some(id) = known.into_iter().flatten().next() else {
        return Ok(Meant::Nothing(Vec::new()));
    };
    let tag = tags::table.find(id).select(Brief::as_select());
    let mut tag: Brief = tag.first(&mut conn).await?;
    labels::translate(conn, preferred, std::iter::once(&mut tag)).await?;
    Ok(Meant::Tag(tag))
}

/// A name means the tag of which it is the preferred name, else the one of which it is another. A
/// retired tag counts only where no other is called so.
async fn by_name(
    conn: &mut AsyncPgConnection,
    typed: &Typed,
    preferred: &Preferred,
) -> QueryResult<Meant> {
    let mut all = called(conn, typed, preferred).await?;
    if all.is_empty() {
        let like = autocomplete(conn, typed, preferred).await?;
        return Ok(Meant::Nothing(like));
    }
    let dearest: [fn(&Match) -> bool; 2] = [
        |found| found.label.role == Role::Preferred,
        |found| found.retired_at.is_none(),
    ];
    for is_dear in dearest {
        if all.iter().any(is_dear) {
            all.retain(is_dear);
        }
    }
    all.truncate(usize::try_from(typed.limit).unwrap_or(usize::MAX));
    Ok(match all.pop() {
        Some(Match { tag, .. }) if all.is_empty() => Meant::Tag(tag),
        last => {
            all.extend(last);
            Meant::Several(all)
        }
    })
}

/// The tags that have just this name; those of which it is the preferred name before others.
async fn called(
    conn: &mut AsyncPgConnection,
    typed: &Typed,
    preferred: &Preferred,
) -> QueryResult<Vec<Match>> {
    let live = tags::deleted_at.is_null();
    let mut named = tag_labels::table
        .inner_join(tags::table.on(tags::id.eq(tag_labels::tag_id)))
        .filter(live.and(tag_labels::folded.eq(text::fold(&typed.text))))
        .order((tag_labels::role.desc(), tags::id))
        .limit(MAX_CALLED)
        .select((
            tags::id,
            tag_labels::language,
            tag_labels::role,
            tag_labels::name,
        ))
        .into_boxed();
    if let Some(kind) = typed.kind {
        named = named.filter(tags::kind.eq(kind));
    }
    let rows: Vec<(i32, String, Role, String)> = named.load(conn).await?;
    let mut found = Best::new(preferred);
    found.add(rows.into_iter().map(|(id, language, role, name)| {
        let rank = Rank {
            is_respelt: false,
            place: role as i32,
            slips: 0,
        };
        (id, rank, language, role, name)
    }));
    found.present(conn).await
}
