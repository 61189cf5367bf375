use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    articles::view::ArticleView,
    base::{error::AppResult, openapi::Problem},
};

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundArticles {
    /// What was found, in the order asked.
    pub items: Vec<FoundView>,
}

/// An article that was looked up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundArticle)]
pub struct FoundView {
    /// The status that a single look-up would have answered.
    #[schema(example = 200)]
    status: u16,
    /// The article, if there is one that the caller may see.
    article: Option<ArticleView>,
    /// Why there is none.
    #[schema(value_type = Option<Problem>)]
    problem: Option<Map<String, Value>>,
}

impl From<AppResult<ArticleView>> for FoundView {
    fn from(found: AppResult<ArticleView>) -> Self {
        match found {
            Ok(article) => Self {
                status: 200,
                article: Some(article),
                problem: None,
            },
            Err(fault) => Self {
                status: fault.code().status(),
                article: None,
                problem: Some(fault.problem()),
            },
        }
    }
}
