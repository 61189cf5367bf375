use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    base::{
        batch::{self, Done},
        error::AppResult,
        openapi::Problem,
    },
    tags::{model::Tag, reading::Reading, view::TagView},
};

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagBatch {
    /// What became of each operation, in the order of the operations.
    items: Vec<OutcomeView>,
}

impl TagBatch {
    /// The outcomes with their tags as the caller would like to see them.
    pub fn new(all: Vec<AppResult<Done<Tag>>>, reading: &Reading<'_>) -> Self {
        let items = all.into_iter().map(|done| OutcomeView::new(done, reading));
        Self {
            items: items.collect(),
        }
    }
}

/// What became of one operation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagOutcome)]
pub struct OutcomeView {
    /// The status that the single endpoint would have answered.
    #[schema(example = 201)]
    status: u16,
    /// The tag, if it was made or changed.
    tag: Option<TagView>,
    /// Why the operation failed, if it did.
    #[schema(value_type = Option<Problem>)]
    problem: Option<Map<String, Value>>,
}

impl OutcomeView {
    fn new(done: AppResult<Done<Tag>>, reading: &Reading<'_>) -> Self {
        let (status, tag, problem) = batch::outcome(done);
        Self {
            status,
            tag: tag.map(|tag| reading.view(tag)),
            problem,
        }
    }
}
