use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::model::{Conflicts, Counts, Merge, Undone};
use crate::{
    base::{
        error::{AppResult, Faults},
        timestamp,
    },
    tags::{TagBriefView, TagRef},
};

/// Most tags that are merged at once.
const MAX_SOURCES: usize = 100;

/// Which tags become one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeTags {
    /// The tags that are merged into the one of the path, by key or identifier.
    #[serde(default)]
    #[schema(required, nullable = false, min_items = 1, max_items = 100, example = json!(["place:elara"]))]
    sources: Option<Vec<String>>,
    /// Counts what a merge would do, and does nothing.
    #[serde(default)]
    pub dry_run: bool,
}

impl MergeTags {
    /// The names of the tags.
    pub fn names(&self) -> AppResult<Vec<TagRef>> {
        let mut faults = Faults::default();
        let sources = self.sources.as_deref().unwrap_or_default();
        if !(1..=MAX_SOURCES).contains(&sources.len()) {
            let detail = format!("must name 1 to {MAX_SOURCES} tags");
            faults.add("/sources", detail);
        }
        let mut names = Vec::with_capacity(sources.len());
        for (index, raw) in sources.iter().take(MAX_SOURCES).enumerate() {
            let name = TagRef::parse(raw).ok_or_else(|| format!("names no tag: {raw}"));
            names.extend(faults.take(format!("/sources/{index}"), name));
        }
        faults.check()?;
        Ok(names)
    }
}

/// Which merges are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MergeFilter {
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Tags that became one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagMerge)]
pub struct MergeView {
    /// The merge's name for good, a UUID; null if it was only tried.
    #[schema(example = "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4caa")]
    id: Option<Uuid>,
    /// The tag that stays.
    target: TagBriefView,
    /// The tags that became part of it; their keys lead to it.
    sources: Vec<TagBriefView>,
    /// Whether it was only tried.
    dry_run: bool,
    /// How much was moved.
    counts: MergeCounts,
    /// When the tags were merged.
    #[serde(serialize_with = "timestamp::serialize")]
    #[schema(example = "2026-11-23T08:41:12.120334Z")]
    merged_at: DateTime<Utc>,
    /// The id of the key that merged them.
    #[schema(example = "3k9f0q2m7xw1")]
    merged_by: Option<String>,
    /// When the merge was undone.
    #[serde(serialize_with = "timestamp::serialize_option")]
    undone_at: Option<DateTime<Utc>>,
}

/// How much a merge moved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagMergeCounts)]
pub struct MergeCounts {
    /// Articles that carried one of the sources.
    #[schema(example = 128)]
    articles: i64,
    /// Those of them that carried the target already.
    #[schema(example = 3)]
    already_tagged: i64,
    /// Names that the target gained.
    #[schema(example = 2)]
    labels: i64,
    /// Names that the target had already.
    #[schema(example = 1)]
    labels_known: i64,
    /// Identifiers that the target gained.
    #[schema(example = 1)]
    external_ids: i64,
    /// Keys, present and former, that lead to the target now.
    #[schema(example = 1)]
    keys: i64,
    /// Tags that are part of the target now.
    #[schema(example = 4)]
    narrower: i64,
    /// Tags that the target is part of now.
    #[schema(example = 1)]
    broader: i64,
}

impl From<Counts> for MergeCounts {
    fn from(counts: Counts) -> Self {
        let Counts {
            articles,
            already_tagged,
            labels,
            labels_known,
            external_ids,
            keys,
            narrower,
            broader,
        } = counts;
        Self {
            articles,
            already_tagged,
            labels,
            labels_known,
            external_ids,
            keys,
            narrower,
            broader,
        }
    }
}

impl From<Merge> for MergeView {
    fn from(merge: Merge) -> Self {
        let Merge {
            id,
            target,
            sources,
            is_try,
            counts,
            merged_at,
            merged_by,
            undone_at,
        } = merge;
        Self {
            id: (!is_try).then_some(id),
            target: target.into(),
            sources: sources.into_iter().map(TagBriefView::from).collect(),
            dry_run: is_try,
            counts: counts.into(),
            merged_at,
            merged_by,
            undone_at,
        }
    }
}

/// A page of merges.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagMergeList)]
pub struct MergeList {
    /// The merges, the latest first.
    items: Vec<MergeView>,
    /// What to send as `cursor` for the next page; null on the last.
    next_cursor: Option<String>,
}

/// A merge that was undone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UndoneTagMerge)]
pub struct UndoneView {
    /// The merge.
    merge: MergeView,
    /// Articles that carry again what they carried before.
    #[schema(example = 127)]
    articles: i64,
    /// Later edits that stand in the way of the state before; they were kept.
    conflicts: MergeConflicts,
}

/// Later edits that were kept when a merge was undone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagMergeConflicts)]
pub struct MergeConflicts {
    /// How many articles had the target taken from them since; they stay without it and the sources.
    #[schema(example = 1)]
    article_count: i64,
    /// Their ids, at most 1,000 of them.
    #[schema(example = json!(["0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10"]))]
    articles: Vec<Uuid>,
    /// Names, as `language:name`, that were changed at the target since, or that it is shown by; the
    /// source has them again, and the target keeps what it has.
    #[schema(example = json!(["en:Elara"]))]
    labels: Vec<String>,
    /// Identifiers that were taken from the target since.
    #[schema(example = json!(["wikidata:Q900000001"]))]
    external_ids: Vec<String>,
    /// Keys that the target has made its own since.
    #[schema(example = json!(["place:elara"]))]
    keys: Vec<String>,
    /// Places in the hierarchy, as `tag in broader tag`, that were changed since.
    #[schema(example = json!(["place:gull-island in place:elara"]))]
    broader: Vec<String>,
}

impl From<Undone> for UndoneView {
    fn from(undone: Undone) -> Self {
        let Undone {
            merge,
            articles,
            conflicts,
        } = undone;
        let Conflicts {
            article_count,
            articles: lost,
            labels,
            external_ids,
            keys,
            broader,
        } = conflicts;
        Self {
            merge: merge.into(),
            articles,
            conflicts: MergeConflicts {
                article_count,
                articles: lost,
                labels,
                external_ids,
                keys,
                broader,
            },
        }
    }
}
