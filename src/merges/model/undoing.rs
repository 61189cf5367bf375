//! Taking a merge back.

use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, QueryResult, prelude::*, update as update_rows};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Merge, Moved, articles, belongings, find, hierarchy, hold_present, mark};
use crate::{
    base::{
        error::{AppError, AppResult, Code},
        stored::Stored,
    },
    changes::{Action, Writer},
    schema::{tag_merge_articles, tag_merges},
    tags,
};

/// A merge that was undone.
#[derive(Debug)]
pub struct Undone {
    /// The merge.
    pub merge: Merge,
    /// Articles that carry again what they carried.
    pub articles: i64,
    /// Later edits that were kept.
    pub conflicts: Conflicts,
}

/// Later edits that stand in the way of the state before a merge.
#[derive(Debug, Default)]
pub struct Conflicts {
    /// Articles that had the target taken from them since.
    pub article_count: i64,
    /// Some of them.
    pub articles: Vec<Uuid>,
    /// Names, as `language:name`.
    pub labels: Vec<String>,
    /// Identifiers.
    pub external_ids: Vec<String>,
    /// Keys.
    pub keys: Vec<String>,
    /// Places in the hierarchy.
    pub broader: Vec<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tag_merges)]
struct Undoable {
    target_id: i32,
    sources: Vec<i32>,
    moved: Stored<Moved>,
    merged_at: DateTime<Utc>,
    undone_at: Option<DateTime<Utc>>,
}

/// Brings back the tags of a merge and what articles carried.
pub async fn undo(conn: &mut AsyncPgConnection, writer: &Writer, id: Uuid) -> AppResult<Undone> {
    conn.transaction(async |conn| {
        tags::hold_filing_alone(conn).await?;
        let row = tag_merges::table.find(id).select(Undoable::as_select());
        let row: Option<Undoable> = row.first(conn).await.optional()?;
        let row = row.ok_or_else(AppError::not_found)?;
        check(conn, id, &row).await?;
        let Undoable {
            target_id: target,
            sources,
            moved: Stored(moved),
            merged_at,
            ..
        } = row;
        if !hold_present(conn, target, &sources).await? {
            return Err(not_undoable(
                "Its target was deleted or merged into another tag.",
            ));
        }
        let mut conflicts = Conflicts::default();
        mark(conn, writer, &sources, (Action::Unmerge, None)).await?;
        mark(conn, writer, &[target], (Action::Unmerge, None)).await?;
        tags::announce(conn).await?;
        let restored = articles::restore(conn, (id, merged_at), target, &sources).await?;
        belongings::give_back(conn, target, &moved, &mut conflicts).await?;
        hierarchy::restore(conn, target, &sources, &moved, &mut conflicts).await?;
        finish(conn, writer, id).await?;
        let merge = find(conn, id).await?.ok_or_else(AppError::not_found)?;
        (conflicts.article_count, conflicts.articles) = (restored.lost_count, restored.lost);
        Ok(Undone {
            merge,
            articles: restored.articles,
            conflicts,
        })
    })
    .await
}

fn not_undoable(detail: impl Into<String>) -> AppError {
    AppError::new(Code::MergeNotUndoable, detail)
}

/// Merges into one tag are undone in the opposite order: what the later one found is what the
/// earlier one left. So are those that made another tag of what this one has moved in the hierarchy.
async fn check(conn: &mut AsyncPgConnection, id: Uuid, row: &Undoable) -> AppResult<()> {
    if row.undone_at.is_some() {
        return Err(not_undoable("It was undone before."));
    }
    let is_into_the_same = tag_merges::target_id.eq(row.target_id);
    let beside = row.moved.0.left.iter().chain(&row.moved.0.taken);
    let beside = beside.flat_map(|(tag, broader)| [*tag, *broader]);
    let beside: Vec<i32> = beside.chain([row.target_id]).collect();
    let has_moved = tag_merges::sources.overlaps_with(beside);
    let later = tag_merges::table
        .filter(is_into_the_same.or(has_moved))
        .filter(tag_merges::undone_at.is_null())
        .filter(tag_merges::id.gt(id))
        .order(tag_merges::id.desc())
        .select(tag_merges::id);
    let later: Option<Uuid> = later.first(conn).await.optional()?;
    match later {
        None => Ok(()),
        Some(later) => {
            let detail = format!("The later merge {later} is to be undone first.");
            Err(not_undoable(detail).with("merge_id", later.to_string()))
        }
    }
}

async fn finish(conn: &mut AsyncPgConnection, writer: &Writer, id: Uuid) -> QueryResult<()> {
    let set = (
        tag_merges::undone_at.eq(writer.at),
        tag_merges::undone_by.eq(writer.key_id.as_deref()),
    );
    update_rows(tag_merges::table.find(id))
        .set(set)
        .execute(conn)
        .await?;
    let noted = tag_merge_articles::table.filter(tag_merge_articles::merge_id.eq(id));
    diesel::delete(noted).execute(conn).await?;
    Ok(())
}
