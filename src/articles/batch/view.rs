use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    articles::{
        model::Article,
        view::{ArticleView, Lens},
    },
    base::{
        batch::{self, Done},
        error::AppResult,
        openapi::Problem,
    },
};

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticleBatch {
    /// What became of each operation, in the order of the operations.
    items: Vec<OutcomeView>,
}

impl ArticleBatch {
    /// The outcomes with their articles as editors see them.
    pub fn new(all: Vec<AppResult<Done<Article>>>, lens: &Lens<'_>) -> Self {
        let items = all.into_iter().map(|done| OutcomeView::new(done, lens));
        Self {
            items: items.collect(),
        }
    }
}

/// What became of one operation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleOutcome)]
pub struct OutcomeView {
    /// The status that the single endpoint would have answered.
    #[schema(example = 201)]
    status: u16,
    /// The article, if it was made or changed.
    article: Option<ArticleView>,
    /// Why the operation failed, if it did.
    #[schema(value_type = Option<Problem>)]
    problem: Option<Map<String, Value>>,
}

impl OutcomeView {
    fn new(done: AppResult<Done<Article>>, lens: &Lens<'_>) -> Self {
        let (status, article, problem) = batch::outcome(done);
        Self {
            status,
            article: article.map(|article| ArticleView::new(article, lens)),
            problem,
        }
    }
}
