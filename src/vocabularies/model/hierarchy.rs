//! Making tags part of others, many at a time.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    QueryResult,
    prelude::*,
    result::Error as DieselError,
    sql_types::{Array, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use crate::{
    changes::Writer,
    schema::{tag_broader, tags as tag_rows},
    tags,
};

/// Where a tag is to stand.
#[derive(Clone, Debug)]
pub struct Place {
    /// The tag.
    pub tag: i32,
    /// All that it is to be part of.
    pub broader: Vec<i32>,
}

/// What became of a tag's place.
#[derive(Clone, Debug, Default)]
pub struct Linked {
    /// Whether it stands elsewhere now.
    pub is_changed: bool,
    /// The keys of what it cannot be part of, because that is part of it.
    pub circles: Vec<String>,
}

/// What a tag is part of, and what it is to be part of.
type Move = (i32, BTreeSet<i32>, BTreeSet<i32>);

/// Brings tags to their places, in one transaction and in the order in which they are given; answers
/// what became of each.
pub async fn link(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    places: &[Place],
) -> QueryResult<Vec<Linked>> {
    conn.transaction(async |conn| {
        let moves = moves(conn, places).await?;
        if moves.is_empty() {
            return Ok(vec![Linked::default(); places.len()]);
        }
        let circles = match move_all(conn, &moves).await? {
            true => Vec::new(),
            false => move_each(conn, &moves).await?,
        };
        let mut changed = BTreeSet::new();
        for (tag, before, after) in &moves {
            let is_left_out = |broader: &&i32| circles.contains(&(*tag, **broader));
            let is_refused = !after.is_empty() && after.iter().all(|id| is_left_out(&id));
            let after: BTreeSet<i32> = after
                .iter()
                .filter(|id| !is_left_out(id))
                .copied()
                .collect();
            if !is_refused && after != *before {
                changed.insert(*tag);
            }
        }
        raise(conn, writer, &changed).await?;
        let closing: Vec<i32> = circles.iter().map(|(_, broader)| *broader).collect();
        let closing = tags::briefs(conn, &closing).await?.into_iter();
        let keys: BTreeMap<i32, String> = closing.map(|tag| (tag.id, tag.key())).collect();
        let linked = places.iter().map(|place| Linked {
            is_changed: changed.contains(&place.tag),
            circles: circles
                .iter()
                .filter(|(tag, _)| *tag == place.tag)
                .filter_map(|(_, broader)| keys.get(broader).cloned())
                .collect(),
        });
        Ok(linked.collect())
    })
    .await
}

/// The places that are other than they are to be. Their tags are held, as are those that they are to
/// be part of.
async fn moves(conn: &mut AsyncPgConnection, places: &[Place]) -> QueryResult<Vec<Move>> {
    let ids: Vec<i32> = places.iter().map(|place| place.tag).collect();
    let before = tag_broader::table.filter(tag_broader::tag_id.eq_any(&ids));
    let columns = (tag_broader::tag_id, tag_broader::broader_id);
    let before: Vec<(i32, i32)> = before.select(columns).load(conn).await?;
    let mut present: BTreeMap<i32, BTreeSet<i32>> = BTreeMap::new();
    for (tag, broader) in before {
        present.entry(tag).or_default().insert(broader);
    }
    let mut moves: Vec<Move> = Vec::new();
    for Place { tag, broader } in places {
        let before = present.remove(tag).unwrap_or_default();
        let after: BTreeSet<i32> = broader.iter().copied().collect();
        if before != after {
            moves.push((*tag, before, after));
        }
    }
    hold(conn, &mut moves).await?;
    Ok(moves)
}

async fn hold(conn: &mut AsyncPgConnection, moves: &mut Vec<Move>) -> QueryResult<()> {
    let touched: BTreeSet<i32> = moves
        .iter()
        .flat_map(|(tag, _, after)| after.iter().chain([tag]))
        .copied()
        .collect();
    let held = tag_rows::table
        .filter(
            tag_rows::id
                .eq_any(&touched)
                .and(tag_rows::deleted_at.is_null()),
        )
        .order(tag_rows::id)
        .select(tag_rows::id)
        .for_no_key_update();
    let held: BTreeSet<i32> = held.load(conn).await?.into_iter().collect();
    moves.retain(|(tag, _, _)| held.contains(tag));
    for (_, _, after) in moves {
        after.retain(|id| held.contains(id));
    }
    Ok(())
}

/// Why nothing was moved.
enum Undone {
    Circle,
    Failed(DieselError),
}

impl From<DieselError> for Undone {
    fn from(fault: DieselError) -> Self {
        Self::Failed(fault)
    }
}

/// Moves all at once; answers false, and moves none, if that closed a circle.
async fn move_all(conn: &mut AsyncPgConnection, moves: &[Move]) -> QueryResult<bool> {
    let around: Vec<i32> = moves.iter().map(|(tag, _, _)| *tag).collect();
    if moves.iter().any(|(tag, _, after)| after.contains(tag)) {
        return Ok(false);
    }
    let (mut left, mut taken) = (Vec::new(), Vec::new());
    for (tag, before, after) in moves {
        left.extend(before.difference(after).map(|broader| (*tag, *broader)));
        taken.extend(after.difference(before).map(|broader| (*tag, *broader)));
    }
    let done = conn
        .transaction(
            async |conn| match tags::relink(conn, &around, &left, &taken).await? {
                true => Ok(()),
                false => Err(Undone::Circle),
            },
        )
        .await;
    match done {
        Ok(()) => Ok(true),
        Err(Undone::Circle) => Ok(false),
        Err(Undone::Failed(fault)) => Err(fault),
    }
}

/// Moves one after the other; answers what was left out because it closed a circle.
async fn move_each(conn: &mut AsyncPgConnection, moves: &[Move]) -> QueryResult<Vec<(i32, i32)>> {
    let mut circles = Vec::new();
    for (tag, before, after) in moves {
        let left = before.difference(after).map(|broader| (*tag, *broader));
        let left: Vec<(i32, i32)> = left.collect();
        if !left.is_empty() {
            tags::relink(conn, &[*tag], &left, &[]).await?;
        }
        let known = circles.len();
        for broader in after.difference(before) {
            let edge = (*tag, *broader);
            if tag == broader || !tags::relink(conn, &[*tag], &[], &[edge]).await? {
                circles.push(edge);
            }
        }
        // What can be part of nothing that is said of it stays where it is.
        if !after.is_empty() && circles.len() - known == after.len() {
            tags::relink(conn, &[*tag], &[], &left).await?;
        }
    }
    Ok(circles)
}

/// Raises the versions of these tags, and records it.
async fn raise(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    changed: &BTreeSet<i32>,
) -> QueryResult<()> {
    diesel::sql_query(include_str!("raise.sql"))
        .bind::<Array<Integer>, _>(changed.iter().copied().collect::<Vec<_>>())
        .bind::<Timestamptz, _>(writer.at)
        .bind::<Nullable<Text>, _>(writer.key_id.as_deref())
        .execute(conn)
        .await?;
    Ok(())
}
