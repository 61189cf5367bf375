use actix_web::{HttpRequest, HttpResponse, delete, put, web::Data};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    articles::{
        author::Author,
        filing::{placed, removed, retagged},
        input::{TagInput, parse_tags},
        model::{Current, TagWish, find_tag_number},
        reading::name_tags,
        view::ArticleTags,
    },
    base::{
        answer::Answer,
        context::Context,
        error::{AppError, AppResult, Faults},
        etag::Precondition,
        extract::{Body, NoParameters, Path, Query},
    },
    keys::{Caller, WriteArticles},
    tags::{TagBriefView, TagRef},
};

/// Where a tag goes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TagPosition {
    /// Place among the tags, from 0. Absent, a new tag goes last and one that is there stays; beyond
    /// the end means last.
    #[param(minimum = 0)]
    position: Option<u32>,
}

/// Replace an article's tags
///
/// The body is the list of all tags, the most important first, each as in an article.
#[utoipa::path(
    tag = "articles",
    params(("id" = Uuid, Path, description = "The article's id"),
           ("If-Match" = Option<String>, Header, description = "ETag of the article's version that is changed")),
    request_body(content = Vec<TagInput>, example = json!([{"kind": "place", "name": "Port Elara"}])),
    responses(
        (status = 200, description = "All tags of the article", body = ArticleTags),
        (status = 409, description = "The article is deleted (`article-deleted`)"),
        (status = 422, description = "Fields of the body break rules, or tags are named that do not exist; every one is named (`invalid`, `unknown-tag`)"),
    ),
    security(("key" = [])),
)]
#[put("/v1/articles/{id}/tags")]
pub async fn replace_article_tags(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    request: HttpRequest,
    id: Path<Uuid>,
    _: Query<NoParameters>,
    body: Body<Vec<TagInput>>,
) -> AppResult<HttpResponse> {
    let mut faults = Faults::default();
    let wishes = parse_tags(body.read_list().await?, false, &mut faults);
    let replaced = match faults.check() {
        Ok(()) => retag(&caller, &context, &request, id.0, |_| Ok(wishes)).await,
        Err(fault) => Err(fault),
    };
    // The body is the list itself, not an article that has one.
    replaced.map_err(|fault| fault.moved("/tags", ""))
}

/// Add or move a tag of an article
///
/// Files the article under the tag, or moves the tag to another place among the article's tags.
#[utoipa::path(
    tag = "articles",
    params(("id" = Uuid, Path, description = "The article's id"),
           ("tag" = String, Path, description = "A key `kind:slug` or an identifier `authority:id`", example = "place:port-elara"),
           TagPosition,
           ("If-Match" = Option<String>, Header, description = "ETag of the article's version that is changed")),
    responses(
        (status = 200, description = "All tags of the article", body = ArticleTags),
        (status = 404, description = "There is no such article, or no such tag (`not-found`)"),
        (status = 409, description = "The article is deleted (`article-deleted`)"),
        (status = 422, description = "The article would have too many tags (`invalid`)"),
    ),
    security(("key" = [])),
)]
#[put("/v1/articles/{id}/tags/{tag}")]
pub async fn put_article_tag(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    request: HttpRequest,
    path: Path<(Uuid, String)>,
    place: Query<TagPosition>,
) -> AppResult<HttpResponse> {
    let (id, tag) = path.0;
    let number = number_of(&context, &tag).await?;
    let choose = |before: &Current| placed(before, (number, tag), place.0.position);
    retag(&caller, &context, &request, id, choose).await
}

/// Remove a tag of an article
///
/// Files the article under the tag no more. A tag that the article does not carry is 404.
#[utoipa::path(
    tag = "articles",
    params(("id" = Uuid, Path, description = "The article's id"),
           ("tag" = String, Path, description = "A key `kind:slug` or an identifier `authority:id`", example = "place:port-elara"),
           ("If-Match" = Option<String>, Header, description = "ETag of the article's version that is changed")),
    responses(
        (status = 200, description = "All remaining tags of the article", body = ArticleTags),
        (status = 404, description = "There is no such article, or it does not carry the tag (`not-found`)"),
        (status = 409, description = "The article is deleted (`article-deleted`)"),
    ),
    security(("key" = [])),
)]
#[delete("/v1/articles/{id}/tags/{tag}")]
pub async fn remove_article_tag(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    request: HttpRequest,
    path: Path<(Uuid, String)>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let (id, tag) = path.0;
    let number = number_of(&context, &tag).await?;
    retag(&caller, &context, &request, id, |before| {
        removed(before, number)
    })
    .await
}

async fn number_of(context: &Context, tag: &str) -> AppResult<i32> {
    let name = TagRef::parse(tag).ok_or_else(AppError::not_found)?;
    find_tag_number(&*context.db.read().await?, &name)
        .await?
        .ok_or_else(AppError::not_found)
}

/// Writes the tags that `choose` makes of the present ones, and answers them all.
async fn retag(
    caller: &Caller<WriteArticles>,
    context: &Context,
    request: &HttpRequest,
    id: Uuid,
    choose: impl FnOnce(&Current) -> AppResult<Vec<TagWish>> + Send,
) -> AppResult<HttpResponse> {
    let condition = Precondition::read(request, context.config.require_if_match)?;
    let change = |before: &Current| Ok(retagged(before, choose(before)?));
    let author = Author::new(caller, context);
    let mut connection = context.db.write().await?;
    let mut article = author
        .update(&mut connection, id, &condition, change)
        .await?;
    name_tags(&connection, request, None, std::iter::once(&mut article)).await?;
    let items = article.tags.into_iter().map(TagBriefView::from).collect();
    Answer::private().resource(request, article.row.version, &ArticleTags { items })
}
