//! The places in the hierarchy of the tags of a merge.

use std::collections::{BTreeSet, HashSet};

use diesel::{QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Conflicts, Moved, briefs_of};
use crate::{
    base::error::{AppError, AppResult, Code},
    schema::{tag_broader, tags as tag_rows},
    tags::{self, Brief},
};

/// A tag, and what it is part of.
type Place = (i32, i32);

/// Notes which places the sources give up, and which the target takes instead. What was part of a
/// source becomes part of the target, and what a source was part of the target becomes part of too.
pub async fn plan(
    conn: &mut AsyncPgConnection,
    target: i32,
    sources: &[i32],
    moved: &mut Moved,
) -> QueryResult<()> {
    let all = places_of(conn, sources).await?;
    let present: BTreeSet<Place> = places_of(conn, &[target]).await?.into_iter().collect();
    let become_target = |tag: i32| if sources.contains(&tag) { target } else { tag };
    let taken: BTreeSet<Place> = all
        .iter()
        .map(|(tag, broader)| (become_target(*tag), become_target(*broader)))
        .filter(|(tag, broader)| tag != broader)
        .filter(|place| !present.contains(place))
        .collect();
    moved.taken = taken.into_iter().collect();
    moved.left = all;
    Ok(())
}

async fn places_of(conn: &mut AsyncPgConnection, ids: &[i32]) -> QueryResult<Vec<Place>> {
    let above = tag_broader::tag_id.eq_any(ids);
    let below = tag_broader::broader_id.eq_any(ids);
    tag_broader::table
        .filter(above.or(below))
        .order((tag_broader::tag_id, tag_broader::broader_id))
        .select((tag_broader::tag_id, tag_broader::broader_id))
        .load(conn)
        .await
}

/// Gives places up and takes others. A circle is refused.
pub async fn relink(
    conn: &mut AsyncPgConnection,
    target: i32,
    sources: &[i32],
    (left, taken): (&[Place], &[Place]),
) -> AppResult<()> {
    let all: Vec<i32> = sources.iter().copied().chain([target]).collect();
    if tags::relink(conn, &all, left, taken).await? {
        return Ok(());
    }
    let detail = "The tag of the path would be part of itself: one of the sources is both above and below it.";
    Err(AppError::new(Code::TagCycle, detail)
        .at("/sources", "would lead back to the tag of the path"))
}

/// Brings back the places of the sources, as far as nobody has changed them since.
pub async fn restore(
    conn: &mut AsyncPgConnection,
    target: i32,
    sources: &[i32],
    moved: &Moved,
    conflicts: &mut Conflicts,
) -> AppResult<()> {
    let present: BTreeSet<Place> = places_of(conn, &[target]).await?.into_iter().collect();
    let is_present = |place: &&Place| present.contains(*place);
    let kept: Vec<Place> = moved.taken.iter().filter(is_present).copied().collect();
    let became_target = |tag: i32| if sources.contains(&tag) { target } else { tag };
    let was_changed = |(tag, broader): &Place| {
        let place = (became_target(*tag), became_target(*broader));
        place.0 != place.1 && !present.contains(&place)
    };
    let mut named: BTreeSet<Place> = moved
        .left
        .iter()
        .filter(|it| was_changed(it))
        .copied()
        .collect();
    // What the sources themselves were part of is theirs again, whatever the target has become part of;
    // what was part of them stays where somebody has put it since.
    let there = present_of(conn, &moved.left).await?;
    let is_back = |place: &&Place| match sources.contains(&place.0) {
        true => there.contains(&place.1),
        false => !named.contains(*place),
    };
    let back: Vec<Place> = moved.left.iter().filter(is_back).copied().collect();
    let all: Vec<i32> = sources.iter().copied().chain([target]).collect();
    if !tags::relink(conn, &all, &kept, &back).await? {
        // What was put under the sources' places since leads back to them.
        named.extend(back);
    }
    name_places(conn, &named, conflicts).await?;
    Ok(())
}

/// Those of the tags of these places that are there.
async fn present_of(conn: &mut AsyncPgConnection, places: &[Place]) -> QueryResult<HashSet<i32>> {
    let ids = places.iter().flat_map(|(tag, broader)| [*tag, *broader]);
    let there = tag_rows::table
        .filter(tag_rows::id.eq_any(ids).and(tag_rows::deleted_at.is_null()))
        .select(tag_rows::id);
    Ok(there.load(conn).await?.into_iter().collect())
}

async fn name_places(
    conn: &mut AsyncPgConnection,
    places: &BTreeSet<Place>,
    conflicts: &mut Conflicts,
) -> QueryResult<()> {
    let ids: Vec<i32> = places
        .iter()
        .flat_map(|(tag, broader)| [*tag, *broader])
        .collect();
    let named = briefs_of(conn, &ids).await?;
    let key = |id: i32| named.iter().find(|tag| tag.id == id).map(Brief::key);
    let told = places.iter();
    let told =
        told.filter_map(|(tag, broader)| Some(format!("{} in {}", key(*tag)?, key(*broader)?)));
    conflicts.broader.extend(told);
    Ok(())
}
