use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    base::{
        batch::{self, Done},
        error::AppResult,
        openapi::Problem,
        short_domains::DomainSet,
    },
    links::{model::Link, view::LinkView},
};

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShortLinkBatch {
    /// What became of each operation, in the order of the operations.
    items: Vec<OutcomeView>,
}

impl ShortLinkBatch {
    /// The outcomes with their links as they are printed.
    pub fn new(all: Vec<AppResult<Done<Link>>>, domains: &DomainSet) -> Self {
        let items = all.into_iter().map(|done| OutcomeView::new(done, domains));
        Self {
            items: items.collect(),
        }
    }
}

/// What became of one operation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShortLinkOutcome)]
pub struct OutcomeView {
    /// The status that the single endpoint would have answered.
    #[schema(example = 201)]
    status: u16,
    /// The link, if it was made or changed.
    link: Option<LinkView>,
    /// Why the operation failed, if it did.
    #[schema(value_type = Option<Problem>)]
    problem: Option<Map<String, Value>>,
}

impl OutcomeView {
    fn new(done: AppResult<Done<Link>>, domains: &DomainSet) -> Self {
        let (status, link, problem) = batch::outcome(done);
        Self {
            status,
            link: link.map(|link| LinkView::new(link, domains)),
            problem,
        }
    }
}
