use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    articles::view::{ArticleView, Shown},
    base::openapi,
};

/// A line of an export.
#[derive(Serialize)]
pub struct LineView {
    /// The article, with the fields that were asked for.
    #[serde(flatten)]
    pub article: Shown,
    /// Where an export goes on that broke off behind this line.
    pub cursor: String,
}

/// What a line has besides the article.
#[derive(ToSchema)]
#[expect(dead_code, reason = "here for its documentation")]
struct Besides {
    /// Where an export goes on that broke off behind this line.
    #[schema(example = "eyJsaXN0IjoxLCJhZnRlciI6WzEsMl19")]
    cursor: String,
}

impl PartialSchema for LineView {
    fn schema() -> RefOr<Schema> {
        openapi::operation(ArticleView::schema(), Besides::schema())
    }
}

impl ToSchema for LineView {
    fn name() -> std::borrow::Cow<'static, str> {
        "ExportedArticle".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ArticleView::schemas(schemas);
    }
}
