//! Which tags are part of which.

use std::collections::{BTreeSet, HashMap};

use diesel::{
    QueryResult, delete as delete_from, insert_into,
    prelude::*,
    sql_types::{Array, Integer},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Brief, keys::resolve};
use crate::{
    base::error::{AppError, AppResult, Code},
    schema::{tag_ancestors, tag_broader, tags},
    tags::key::TagRef,
};

/// The tags that one is part of, over the pipelined connection.
pub async fn broader_of_one(conn: &mut &AsyncPgConnection, id: i32) -> QueryResult<Vec<Brief>> {
    let broader = tag_broader::table
        .inner_join(tags::table.on(tags::id.eq(tag_broader::broader_id)))
        .filter(tag_broader::tag_id.eq(id))
        .order((tags::folded_name, tags::id));
    broader.select(Brief::as_select()).load(conn).await
}

/// The tags that each of these is part of.
pub async fn broader_of_each(
    conn: &mut AsyncPgConnection,
    ids: &[i32],
) -> QueryResult<HashMap<i32, Vec<Brief>>> {
    let broader = tag_broader::table
        .inner_join(tags::table.on(tags::id.eq(tag_broader::broader_id)))
        .filter(tag_broader::tag_id.eq_any(ids))
        .order((tags::folded_name, tags::id));
    let rows: Vec<(i32, Brief)> = broader
        .select((tag_broader::tag_id, Brief::as_select()))
        .load(conn)
        .await?;
    let mut of_each: HashMap<i32, Vec<Brief>> = HashMap::new();
    for (id, tag) in rows {
        of_each.entry(id).or_default().push(tag);
    }
    Ok(of_each)
}

/// The numbers of the tags that these names lead to, held against deletion. The rows are held before
/// [`hold`], as everywhere.
pub async fn resolve_broader(
    conn: &mut AsyncPgConnection,
    names: &[TagRef],
) -> AppResult<BTreeSet<i32>> {
    if names.is_empty() {
        return Ok(BTreeSet::new());
    }
    let found = resolve(conn, names).await?;
    let wanted: BTreeSet<i32> = found.iter().flatten().copied().collect();
    let held = tags::table
        .filter(tags::id.eq_any(&wanted).and(tags::deleted_at.is_null()))
        .order(tags::id)
        .select(tags::id)
        .for_key_share();
    let held: BTreeSet<i32> = held.load(conn).await?.into_iter().collect();
    let is_unknown = |id: &Option<i32>| !id.is_some_and(|id| held.contains(&id));
    let unknown: Vec<usize> = (found.iter().enumerate())
        .filter(|(_, id)| is_unknown(id))
        .map(|(index, _)| index)
        .collect();
    if unknown.is_empty() {
        return Ok(held);
    }
    let detail = format!("{} of the broader tags do not exist.", unknown.len());
    let error = AppError::new(Code::UnknownTag, detail);
    Err(unknown.into_iter().fold(error, |error, index| {
        error.at(format!("/broader/{index}"), "names no tag")
    }))
}

/// Makes writers of the hierarchy go one after the other: each must see the whole of it to keep it
/// free of circles.
async fn hold(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    diesel::sql_query("select pg_advisory_xact_lock(hashtextextended('tag hierarchy', 0))")
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes a tag part of these and of no others.
pub async fn set_broader(
    conn: &mut AsyncPgConnection,
    id: i32,
    before: &BTreeSet<i32>,
    broader: &BTreeSet<i32>,
) -> AppResult<()> {
    if before == broader {
        return Ok(());
    }
    hold(conn).await?;
    refuse_circle(conn, id, broader).await?;
    delete_from(tag_broader::table.filter(tag_broader::tag_id.eq(id)))
        .execute(conn)
        .await?;
    let row = |broader: &i32| {
        (
            tag_broader::tag_id.eq(id),
            tag_broader::broader_id.eq(*broader),
        )
    };
    insert_into(tag_broader::table)
        .values(broader.iter().map(row).collect::<Vec<_>>())
        .execute(conn)
        .await?;
    rebuild(conn, &[id]).await?;
    Ok(())
}

async fn refuse_circle(
    conn: &mut AsyncPgConnection,
    id: i32,
    broader: &BTreeSet<i32>,
) -> AppResult<()> {
    let below = tag_ancestors::table
        .filter(tag_ancestors::ancestor_id.eq(id))
        .filter(tag_ancestors::tag_id.eq_any(broader))
        .order(tag_ancestors::distance)
        .select(tag_ancestors::tag_id);
    let below: Option<i32> = below.first(conn).await.optional()?;
    let Some(culprit) = broader.get(&id).copied().or(below) else {
        return Ok(());
    };
    let culprit: Brief = tags::table
        .find(culprit)
        .select(Brief::as_select())
        .first(conn)
        .await?;
    let detail = match culprit.id == id {
        true => "A tag cannot be part of itself.".to_owned(),
        false => format!(
            "{} is part of this tag, so this tag cannot be part of it.",
            culprit.key()
        ),
    };
    Err(AppError::new(Code::TagCycle, detail)
        .at(
            "/broader",
            format!("leads back here through {}", culprit.key()),
        )
        .with("key", culprit.key()))
}

/// Gives places in the hierarchy up and takes others, each a tag and what it is part of; all of them
/// touch one of `around`. Answers whether no tag is part of itself then; if one is, what was taken is
/// given up again.
pub async fn relink(
    conn: &mut AsyncPgConnection,
    around: &[i32],
    left: &[(i32, i32)],
    taken: &[(i32, i32)],
) -> QueryResult<bool> {
    hold(conn).await?;
    for (tag, broader) in left {
        delete_from(tag_broader::table.find((tag, broader)))
            .execute(conn)
            .await?;
    }
    let row = |(tag, broader): &(i32, i32)| {
        (
            tag_broader::tag_id.eq(*tag),
            tag_broader::broader_id.eq(*broader),
        )
    };
    insert_into(tag_broader::table)
        .values(taken.iter().map(row).collect::<Vec<_>>())
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    let is_circle = diesel::sql_query(include_str!("has_circle.sql"))
        .bind::<Array<Integer>, _>(around)
        .get_result::<Circle>(conn)
        .await?
        .is_there;
    if is_circle {
        for (tag, broader) in taken {
            delete_from(tag_broader::table.find((tag, broader)))
                .execute(conn)
                .await?;
        }
    }
    let mut touched: BTreeSet<i32> = around.iter().copied().collect();
    touched.extend(left.iter().chain(taken).map(|(tag, _)| *tag));
    rebuild(conn, &touched.into_iter().collect::<Vec<_>>()).await?;
    Ok(!is_circle)
}

#[derive(QueryableByName)]
struct Circle {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    is_there: bool,
}

/// Takes a tag out of the hierarchy: what was part of it is so no more.
pub async fn leave(conn: &mut AsyncPgConnection, id: i32) -> QueryResult<()> {
    hold(conn).await?;
    let children = tag_broader::table.filter(tag_broader::broader_id.eq(id));
    let mut touched: Vec<i32> = children.select(tag_broader::tag_id).load(conn).await?;
    touched.push(id);
    let edges = tag_broader::table.filter(
        tag_broader::broader_id
            .eq(id)
            .or(tag_broader::tag_id.eq(id)),
    );
    delete_from(edges).execute(conn).await?;
    rebuild(conn, &touched).await
}

/// Writes anew what these tags, and all that are part of them, are part of.
async fn rebuild(conn: &mut AsyncPgConnection, ids: &[i32]) -> QueryResult<()> {
    for statement in [
        include_str!("forget_ancestors.sql"),
        include_str!("find_ancestors.sql"),
    ] {
        diesel::sql_query(statement)
            .bind::<Array<Integer>, _>(ids.to_vec())
            .execute(conn)
            .await?;
    }
    Ok(())
}
