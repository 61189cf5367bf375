use actix_web::{HttpRequest, HttpResponse, post, web::Data};

use super::{input::WriteArticles as Operations, operation::Operation, view::ArticleBatch};
use crate::{
    articles::{author::Author, model::Article, reading::name_tags, view::Lens},
    base::{
        answer::Answer,
        batch::{self, BatchMode, Done},
        context::Context,
        db::Connection,
        error::AppResult,
        extract::{Body, Query},
    },
    codes::Minter,
    keys::{Caller, WriteArticles},
    retries::{Attempt, RetryHeader},
};

/// Write many articles
///
/// At most 500 operations, made in their order, each with the rules and the status of the single
/// endpoint, and each in a transaction of its own. With `atomic=true`, or with an `Idempotency-Key`,
/// all are made in one transaction; `atomic=true` makes all or none: then the refusal names every
/// fault, such as `/operations/3/headline`.
#[utoipa::path(
    tag = "articles",
    params(BatchMode, RetryHeader),
    request_body(content = Operations, example = json!({"operations": [
        {"op": "create", "headline": "Ferries resume at noon", "tags": [{"kind": "topic", "name": "Ferries"}]},
        {"op": "upsert", "external_id": {"source": "cms", "id": "884212"}, "headline": "The lamp is lit", "status": "published"},
        {"op": "tag", "external_id": {"source": "cms", "id": "884212"}, "tag": "topic:ferries", "position": 0}]})),
    responses(
        (status = 200, description = "What became of each operation", body = ArticleBatch, example = json!({"items": [
            {"status": 404, "article": null, "problem": {"type": "urn:dateline:problem:not-found",
             "title": "There is nothing here", "status": 404, "code": "not-found",
             "detail": "There is nothing here, or nothing that this caller may see.",
             "request_id": "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10"}}]})),
        (status = 422, description = "Too many operations (`invalid`), or an operation of an atomic batch is refused (`batch-refused`)"),
    ),
    security(("key" = [])),
)]
#[post("/v1/articles/batch")]
pub async fn write_articles(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    minter: Data<Minter>,
    request: HttpRequest,
    mode: Query<BatchMode>,
    body: Body<Operations>,
) -> AppResult<HttpResponse> {
    let (operations, attempt) = Attempt::read(&caller, &request, body).await?;
    let (author, context) = (&Author::new(&caller, &context), &**context);
    let write = async |connection: &mut Connection| {
        let verbs = operations.parse(context.config.require_if_match)?;
        let operations = verbs
            .into_iter()
            .map(|verb| verb.map(|verb| Operation::new(verb, author, context, &minter)));
        let mut done = batch::apply(connection, operations.collect(), mode.0.atomic).await?;
        name_tags(connection, &request, None, written(&mut done)).await?;
        let view = ArticleBatch::new(done, &Lens::of_editors(context));
        Ok(Answer::private().builder().json(view))
    };
    attempt.once(context, write).await
}

/// The articles that were made or changed.
fn written(done: &mut [AppResult<Done<Article>>]) -> impl Iterator<Item = &mut Article> {
    done.iter_mut().filter_map(|done| match done {
        Ok(Done::Created(article) | Done::Written(article)) => Some(article),
        Ok(Done::Deleted) | Err(_) => None,
    })
}
