use actix_web::{HttpRequest, HttpResponse, post, web::Data};

use super::{
    input::{Rules, WriteShortLinks},
    view::ShortLinkBatch,
};
use crate::{
    base::{
        answer::Answer,
        batch::{self, BatchMode},
        context::Context,
        db::Connection,
        error::AppResult,
        extract::{Body, Query},
    },
    codes::Minter,
    keys::{Caller, WriteLinks},
    links::model::Operation,
    retries::{Attempt, RetryHeader},
};

/// Write many short links
///
/// At most 1,000 operations, made in their order, each with the rules and the status of the single
/// endpoint, and each in a transaction of its own. With `atomic=true` all are made in one transaction
/// or none: then the refusal names every fault, such as `/operations/3/target_url`.
#[utoipa::path(
    tag = "short_links",
    params(BatchMode, RetryHeader),
    request_body(content = WriteShortLinks, example = json!({"operations": [
        {"op": "create", "target_url": "https://news.example/style-guide"},
        {"op": "update", "domain": "exmp.news", "code": "style", "if_match": 1, "status": "disabled"}]})),
    responses(
        (status = 200, description = "What became of each operation", body = ShortLinkBatch, example = json!({"items": [
            {"status": 404, "link": null, "problem": {"type": "urn:dateline:problem:not-found",
             "title": "There is nothing here", "status": 404, "code": "not-found",
             "detail": "There is nothing here, or nothing that this caller may see.",
             "request_id": "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10"}}]})),
        (status = 422, description = "Too many operations (`invalid`), or an operation of an atomic batch is refused (`batch-refused`)"),
    ),
    security(("key" = [])),
)]
#[post("/v1/short-links/batch")]
pub async fn write_short_links(
    caller: Caller<WriteLinks>,
    context: Data<Context>,
    minter: Data<Minter>,
    request: HttpRequest,
    mode: Query<BatchMode>,
    body: Body<WriteShortLinks>,
) -> AppResult<HttpResponse> {
    let domains = context.domains.current();
    let rules = Rules::new(&context.config, &domains);
    let (operations, attempt) = Attempt::read(&caller, &request, body).await?;
    let writer = caller.writer(&context);
    let write = async |connection: &mut Connection| {
        let verbs = operations.parse(rules)?.into_iter();
        let operation = |verb| Operation::new(verb, &writer, &minter);
        let operations = verbs.map(|verb| verb.map(operation)).collect();
        let done = batch::apply(connection, operations, mode.0.atomic).await?;
        let view = ShortLinkBatch::new(done, &domains);
        Ok(Answer::private().builder().json(view))
    };
    attempt.once(&context, write).await
}
