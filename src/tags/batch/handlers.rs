use actix_web::{HttpRequest, HttpResponse, post, web::Data};

use super::{
    input::{Rules, WriteTagsInput, WriteTagsMode},
    view::TagBatch,
};
use crate::{
    base::{
        answer::Answer,
        batch,
        context::Context,
        db::Connection,
        error::AppResult,
        extract::{Body, Query},
    },
    keys::{Caller, WriteTags},
    retries::{Attempt, RetryHeader},
    tags::{model::Operation, reading::Reading},
};

/// Write many tags
///
/// At most 1,000 operations, made in their order, each with the rules and the status of the single
/// endpoint, and each in a transaction of its own. With `atomic=true` all are made in one transaction
/// or none: then the refusal names every fault, such as `/operations/3/slug`. A former key stands for
/// the tag that had it.
#[utoipa::path(
    tag = "tags",
    params(WriteTagsMode, RetryHeader),
    request_body(content = WriteTagsInput, example = json!({"operations": [
        {"op": "create", "kind": "place", "name": "Heron Bay"},
        {"op": "update", "tag": "place:heron-bay", "if_match": 1, "description": "The bay of the herons."}]})),
    responses(
        (status = 200, description = "What became of each operation", body = TagBatch, example = json!({"items": [
            {"status": 404, "tag": null, "problem": {"type": "urn:dateline:problem:not-found",
             "title": "There is nothing here", "status": 404, "code": "not-found",
             "detail": "There is nothing here, or nothing that this caller may see.",
             "request_id": "0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c10"}}]})),
        (status = 422, description = "Too many operations (`invalid`), or an operation of an atomic batch is refused (`batch-refused`)"),
    ),
    security(("key" = [])),
)]
#[post("/v1/tags/batch")]
pub async fn write_tags(
    caller: Caller<WriteTags>,
    context: Data<Context>,
    request: HttpRequest,
    mode: Query<WriteTagsMode>,
    body: Body<WriteTagsInput>,
) -> AppResult<HttpResponse> {
    let rules = Rules::new(&context.config, &mode.0);
    let (operations, attempt) = Attempt::read(&caller, &request, body).await?;
    let (reading, writer) = (
        Reading::new(&context, &request, None)?,
        &caller.writer(&context),
    );
    let write = async |connection: &mut Connection| {
        let verbs = operations.parse(rules)?.into_iter();
        let operations = verbs.map(|verb| verb.map(|verb| Operation { verb, writer }));
        let done = batch::apply(connection, operations.collect(), mode.0.atomic).await?;
        let view = TagBatch::new(done, &reading);
        Ok(Answer::private().builder().json(view))
    };
    attempt.once(&context, write).await
}
