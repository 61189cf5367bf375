use actix_web::{HttpRequest, HttpResponse, get, http::header, post, web::Data};
use uuid::Uuid;

use super::{
    model::{self, Merge},
    view::{MergeFilter, MergeList, MergeTags, MergeView, UndoneView},
};
use crate::{
    base::{
        answer::Answer,
        context::Context,
        db::Connection,
        deadline::LongRunning,
        error::{AppError, AppResult},
        extract::{Body, NoParameters, Path, Query},
        page,
    },
    keys::{Caller, WriteTags},
    retries::{Attempt, RetryHeader},
    tags::{self, Found},
};

/// Merge tags
///
/// Makes several tags one, in one transaction: their articles carry the tag of the path, each at its
/// best place; names, identifiers and places in the hierarchy move to it; their keys lead to it. No
/// article's version changes, and every article's ETag does. `dry_run` answers the same counts and
/// changes nothing. A merge can be undone.
#[utoipa::path(
    tag = "tags",
    params(("tag" = String, Path, description = "The tag that stays: a key `kind:slug` or an identifier `authority:id`", example = "place:port-elara"), RetryHeader),
    request_body(content = MergeTags, example = json!({"sources": ["place:port-elara"], "dry_run": true})),
    responses(
        (status = 200, description = "What a merge would do (`dry_run`)", body = MergeView),
        (status = 201, description = "The merge", body = MergeView),
        (status = 308, description = "The tag has another key now"),
        (status = 409, description = "A tag would be part of itself (`tag-cycle`)"),
        (status = 410, description = "The tag was deleted (`gone`)"),
        (status = 422, description = "A source does not exist, or is the target; the tag of the path is retired, or would have more names or identifiers than a tag can have (`unknown-tag`, `invalid`, `retired-tag`)"),
    ),
    security(("key" = [])),
)]
#[post("/v1/tags/{tag}/merge")]
pub async fn merge_tags(
    caller: Caller<WriteTags>,
    _: LongRunning,
    context: Data<Context>,
    request: HttpRequest,
    tag: Path<String>,
    _: Query<NoParameters>,
    body: Body<MergeTags>,
) -> AppResult<HttpResponse> {
    let name = tags::parse_name(&tag.0)?;
    let (wanted, attempt) = Attempt::read(&caller, &request, body).await?;
    let (sources, writer) = (wanted.names()?, caller.writer(&context));
    let merge = async |connection: &mut Connection| {
        let target = match tags::find(connection, &name).await? {
            Found::Tag(tag) => tag.row.id,
            other => return tags::elsewhere(other, "/merge", &request),
        };
        let pair = (target, sources.as_slice());
        let merge = model::merge(connection, &writer, pair, wanted.dry_run).await?;
        Ok(merged(merge))
    };
    attempt.once(&context, merge).await
}

fn merged(merge: Merge) -> HttpResponse {
    let mut response = match merge.is_try {
        true => HttpResponse::Ok(),
        false => HttpResponse::Created(),
    };
    response.insert_header((header::CACHE_CONTROL, "private, no-store"));
    if !merge.is_try {
        response.insert_header((header::LOCATION, format!("/v1/tag-merges/{}", merge.id)));
    }
    response.json(MergeView::from(merge))
}

/// List merges of tags
///
/// The latest first.
#[utoipa::path(
    tag = "tags",
    params(MergeFilter),
    responses((status = 200, description = "A page of merges", body = MergeList)),
    security(("key" = [])),
)]
#[get("/v1/tag-merges")]
pub async fn list_tag_merges(
    _: Caller<WriteTags>,
    context: Data<Context>,
    request: HttpRequest,
    filter: Query<MergeFilter>,
) -> AppResult<HttpResponse> {
    let limit = page::limit(filter.0.limit)?;
    let cursor = filter.0.cursor.as_deref();
    let listed = context.lagging(&request, async |connection| {
        model::list(connection, limit, cursor).await
    });
    Ok(listed
        .await?
        .map(MergeView::from)
        .respond(&request, Answer::private().builder()))
}

/// Find a merge of tags
///
/// What was merged into what, and how much was moved.
#[utoipa::path(
    tag = "tags",
    params(("id" = Uuid, Path, description = "The merge's id")),
    responses((status = 200, description = "The merge", body = MergeView)),
    security(("key" = [])),
)]
#[get("/v1/tag-merges/{id}")]
pub async fn find_tag_merge(
    _: Caller<WriteTags>,
    context: Data<Context>,
    id: Path<Uuid>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let mut connection = context.db.pool().await?;
    let merge = model::find(&mut connection, id.0).await?;
    let merge = merge.ok_or_else(AppError::not_found)?;
    Ok(Answer::private().builder().json(MergeView::from(merge)))
}

/// Undo a merge of tags
///
/// Brings back the tags, and to every article what it carried. Later edits that stand in the way are
/// kept and named. Merges into one tag are undone in the opposite order.
#[utoipa::path(
    tag = "tags",
    params(("id" = Uuid, Path, description = "The merge's id")),
    responses(
        (status = 200, description = "What was brought back, and what was not", body = UndoneView),
        (status = 409, description = "It was undone before, its target is gone, or a later merge is to be undone first (`merge-not-undoable`)"),
    ),
    security(("key" = [])),
)]
#[post("/v1/tag-merges/{id}/undo")]
pub async fn undo_tag_merge(
    caller: Caller<WriteTags>,
    _: LongRunning,
    context: Data<Context>,
    id: Path<Uuid>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let mut connection = context.db.write().await?;
    let undone = model::undo(&mut connection, &caller.writer(&context), id.0).await?;
    Ok(Answer::private().builder().json(UndoneView::from(undone)))
}
