mod articles;
mod belongings;
mod hierarchy;
mod undoing;

use chrono::{DateTime, Utc};
use diesel::{OptionalExtension, QueryResult, insert_into, prelude::*, update as update_rows};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use undoing::{Conflicts, Undone, undo};

use crate::{
    base::{
        error::{AppError, AppResult, Code},
        page::{self, Page},
        stored::Stored,
    },
    changes::{self, Action, Noun, Writer},
    schema::{tag_merges, tags as tag_rows},
    tags::{self, Brief, Role, TagRef},
};

/// Tags that became one.
#[derive(Clone, Debug)]
pub struct Merge {
    /// Its name.
    pub id: Uuid,
    /// The tag that stays.
    pub target: Brief,
    /// Those that became part of it.
    pub sources: Vec<Brief>,
    /// Whether it was taken back at once.
    pub is_try: bool,
    /// How much was moved.
    pub counts: Counts,
    /// When.
    pub merged_at: DateTime<Utc>,
    /// By which key.
    pub merged_by: Option<String>,
    /// When it was undone.
    pub undone_at: Option<DateTime<Utc>>,
}

/// How much a merge moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Articles that carried a source.
    pub articles: i64,
    /// Those that carried the target too.
    pub already_tagged: i64,
    /// Names gained.
    pub labels: i64,
    /// Names that the target had.
    pub labels_known: i64,
    /// Identifiers gained.
    pub external_ids: i64,
    /// Keys gained.
    pub keys: i64,
    /// Tags below gained.
    pub narrower: i64,
    /// Tags above gained.
    pub broader: i64,
}

/// What belonged to the sources, as far as it is no row of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Moved {
    /// Names.
    pub labels: Vec<MovedLabel>,
    /// Identifiers, each behind the number of its tag.
    pub external_ids: Vec<(i32, String, String)>,
    /// Keys, each behind the number of its tag.
    pub keys: Vec<(i32, String, String)>,
    /// Places in the hierarchy that were given up: a tag, and what it was part of.
    pub left: Vec<(i32, i32)>,
    /// Places that were taken instead.
    pub taken: Vec<(i32, i32)>,
}

/// A name that belonged to a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedLabel {
    /// The source.
    pub tag: i32,
    /// The name's language.
    pub language: String,
    /// How the source used it.
    pub role: Role,
    /// The name.
    pub name: String,
    /// The name, folded for comparison.
    pub folded: String,
    /// How the target uses it; `None` if it had the name already.
    pub became: Option<Role>,
}

/// How a merge's transaction ends without a commit.
enum Stopped {
    /// It was tried out.
    Tried(Box<Merge>),
    /// It failed.
    Failed(AppError),
}

impl From<diesel::result::Error> for Stopped {
    fn from(fault: diesel::result::Error) -> Self {
        Self::Failed(fault.into())
    }
}

/// Makes the sources part of the target. A try takes everything back.
pub async fn merge(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (target, sources): (i32, &[TagRef]),
    is_try: bool,
) -> AppResult<Merge> {
    let done = conn
        .transaction(async |conn| {
            let merged = merge_all(conn, writer, target, sources).await;
            match merged.map_err(Stopped::Failed)? {
                merge if is_try => Err(Stopped::Tried(Box::new(Merge { is_try, ..merge }))),
                merge => Ok(merge),
            }
        })
        .await;
    match done {
        Ok(merge) => Ok(merge),
        Err(Stopped::Tried(merge)) => Ok(*merge),
        Err(Stopped::Failed(fault)) => Err(fault),
    }
}

async fn merge_all(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    target: i32,
    sources: &[TagRef],
) -> AppResult<Merge> {
    tags::hold_filing_alone(conn).await?;
    let sources = resolve(conn, target, sources).await?;
    if !hold_present(conn, target, &sources).await? {
        return Err(AppError::new(Code::Gone, "The tag was deleted."));
    }
    refuse_retired(conn, target, writer).await?;
    let (id, mut counts, mut moved) = (Uuid::now_v7(), Counts::default(), Moved::default());
    belongings::note(conn, target, &sources, &mut moved).await?;
    belongings::check(conn, target, &moved).await?;
    hierarchy::plan(conn, target, &sources, &mut moved).await?;
    belongings::count(&moved, target, &mut counts);
    insert_into(tag_merges::table)
        .values((
            tag_merges::id.eq(id),
            tag_merges::target_id.eq(target),
            tag_merges::sources.eq(&sources),
            tag_merges::counts.eq(Stored(counts)),
            tag_merges::moved.eq(Stored(moved.clone())),
            tag_merges::merged_at.eq(writer.at),
            tag_merges::merged_by.eq(writer.key_id.as_deref()),
        ))
        .execute(conn)
        .await?;
    articles::file_anew(conn, id, target, &sources, &mut counts).await?;
    update_rows(tag_merges::table.find(id))
        .set(tag_merges::counts.eq(Stored(counts)))
        .execute(conn)
        .await?;
    belongings::give(conn, target, &sources, &moved).await?;
    hierarchy::relink(conn, target, &sources, (&moved.left, &moved.taken)).await?;
    mark(conn, writer, &sources, (Action::Merge, Some(target))).await?;
    mark(conn, writer, &[target], (Action::Merge, None)).await?;
    tags::announce(conn).await?;
    find(conn, id).await?.ok_or_else(AppError::not_found)
}

/// Refuses a target that no story is to be filed under any more.
async fn refuse_retired(
    conn: &mut AsyncPgConnection,
    target: i32,
    writer: &Writer,
) -> AppResult<()> {
    let retired = tag_rows::table
        .find(target)
        .filter(tag_rows::retired_at.le(writer.at));
    let retired: Option<Brief> = retired
        .select(Brief::as_select())
        .first(conn)
        .await
        .optional()?;
    match retired {
        None => Ok(()),
        Some(tag) => {
            let detail = format!("{} is retired: no story comes to it any more.", tag.key());
            Err(AppError::new(Code::RetiredTag, detail).with("key", tag.key()))
        }
    }
}

/// The numbers of the sources, each once.
async fn resolve(
    conn: &mut AsyncPgConnection,
    target: i32,
    names: &[TagRef],
) -> AppResult<Vec<i32>> {
    let mut sources = Vec::with_capacity(names.len());
    let mut unknown = AppError::new(Code::UnknownTag, "Tags are named that do not exist.");
    for (index, id) in tags::resolve(conn, names).await?.into_iter().enumerate() {
        let place = format!("/sources/{index}");
        match id {
            Some(id) if id == target => {
                let error = AppError::new(Code::Invalid, "A tag cannot be merged into itself.");
                return Err(error.at(place, "is the tag of the path"));
            }
            Some(id) if sources.contains(&id) => {}
            Some(id) => sources.push(id),
            None => unknown = unknown.at(place, "names no tag"),
        }
    }
    match unknown.faults() {
        [] => Ok(sources),
        _ => Err(unknown),
    }
}

/// Holds these tags against all who would write or name them, in one order. Whether the target is
/// there.
async fn hold_present(
    conn: &mut AsyncPgConnection,
    target: i32,
    sources: &[i32],
) -> QueryResult<bool> {
    let all: Vec<i32> = sources.iter().copied().chain([target]).collect();
    let held = tag_rows::table
        .filter(tag_rows::id.eq_any(&all))
        .order(tag_rows::id)
        .select((tag_rows::id, tag_rows::deleted_at.is_null()))
        .for_update();
    let held: Vec<(i32, bool)> = held.load(conn).await?;
    Ok(held.contains(&(target, true)))
}

/// Notes on tags that they were merged, into which, or that they came back.
async fn mark(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    ids: &[i32],
    (action, into): (Action, Option<i32>),
) -> AppResult<()> {
    let set = (
        tag_rows::version.eq(tag_rows::version + 1),
        tag_rows::modified_at.eq(writer.at),
        tag_rows::merged_into.eq(into),
        tag_rows::deleted_at.eq(into.map(|_| writer.at)),
    );
    let marked: Vec<(Brief, i32)> = update_rows(tag_rows::table.filter(tag_rows::id.eq_any(ids)))
        .set(set)
        .returning((Brief::as_returning(), tag_rows::version))
        .get_results(conn)
        .await?;
    for (tag, version) in marked {
        let name = (Noun::Tag, &*tag.key());
        changes::record(conn, writer, action, name, Some(version)).await?;
    }
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tag_merges)]
struct MergeRow {
    id: Uuid,
    target_id: i32,
    sources: Vec<i32>,
    counts: Stored<Counts>,
    merged_at: DateTime<Utc>,
    merged_by: Option<String>,
    undone_at: Option<DateTime<Utc>>,
}

/// A merge by its name.
pub async fn find(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<Merge>> {
    let row = tag_merges::table.find(id).select(MergeRow::as_select());
    let row: Option<MergeRow> = row.first(conn).await.optional()?;
    let named = name_tags(conn, row.into_iter().collect()).await?;
    Ok(named.into_iter().next())
}

/// A page of merges, the latest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    limit: i64,
    cursor: Option<&str>,
) -> AppResult<Page<Merge>> {
    let list = page::list_id("tag merges");
    let after: Option<(DateTime<Utc>, Uuid)> = page::decode_cursor(list, cursor)?;
    let mut rows = tag_merges::table
        .order((tag_merges::merged_at.desc(), tag_merges::id.desc()))
        .limit(limit + 1)
        .select(MergeRow::as_select())
        .into_boxed();
    if let Some((at, id)) = after {
        let at_once = tag_merges::merged_at.eq(at).and(tag_merges::id.lt(id));
        rows = rows.filter(tag_merges::merged_at.lt(at).or(at_once));
    }
    let rows: Vec<MergeRow> = rows.load(conn).await?;
    let page = Page::cut(rows, limit, list, |row| (row.merged_at, row.id));
    Ok(Page {
        items: name_tags(conn, page.items).await?,
        next_cursor: page.next_cursor,
        total: page.total,
    })
}

/// These tags, those that were merged away among them.
async fn briefs_of(conn: &mut AsyncPgConnection, ids: &[i32]) -> QueryResult<Vec<Brief>> {
    let named = tag_rows::table.filter(tag_rows::id.eq_any(ids));
    named.select(Brief::as_select()).load(conn).await
}

async fn name_tags(conn: &mut AsyncPgConnection, rows: Vec<MergeRow>) -> QueryResult<Vec<Merge>> {
    let ids = rows
        .iter()
        .flat_map(|row| row.sources.iter().chain([&row.target_id]));
    let named = briefs_of(conn, &ids.copied().collect::<Vec<_>>()).await?;
    let brief = |id: i32| named.iter().find(|tag| tag.id == id).cloned();
    let merge = |row: MergeRow| {
        Some(Merge {
            id: row.id,
            target: brief(row.target_id)?,
            sources: row.sources.into_iter().filter_map(brief).collect(),
            is_try: false,
            counts: row.counts.0,
            merged_at: row.merged_at,
            merged_by: row.merged_by,
            undone_at: row.undone_at,
        })
    };
    Ok(rows.into_iter().filter_map(merge).collect())
}
