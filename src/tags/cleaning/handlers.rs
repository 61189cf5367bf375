use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use super::view::{DuplicateList, DuplicateView, KindView, TagKinds};
use crate::{
    base::{
        answer::Answer,
        context::Context,
        error::AppResult,
        extract::{NoParameters, Query},
    },
    keys::{Caller, Reader, WriteTags},
    tags::{filter::DuplicateFilter, kind::TagKind, model, reading::Reading},
};

/// List tags that may mean the same
///
/// Pairs of tags of one kind with a name in common, or with names that are spelt nearly alike, of which
/// one at least is preferred; and pairs of any kinds with identifiers that differ in case. Each page
/// compares 5,000 tags with all others, so it may have few items, or none, though others follow: read on
/// until `next_cursor` is null. Merge those that do mean the same.
#[utoipa::path(
    tag = "tags",
    params(DuplicateFilter),
    responses((status = 200, description = "A page of pairs, the oldest tags first", body = DuplicateList)),
    security(("key" = [])),
)]
#[get("/v1/tags/duplicates")]
pub async fn list_duplicate_tags(
    _: Caller<WriteTags>,
    context: Data<Context>,
    request: HttpRequest,
    filter: Query<DuplicateFilter>,
) -> AppResult<HttpResponse> {
    let reading = Reading::new(&context, &request, filter.0.lang.as_deref())?;
    let pairs = context.lagging(&request, async |connection| {
        model::duplicates(connection, &filter.0, &reading.preferred).await
    });
    let page = pairs.await?;
    let builder = Answer::private().builder();
    Ok(page.map(DuplicateView::from).respond(&request, builder))
}

/// Count tags by kind
///
/// How many tags there are of each kind.
#[utoipa::path(
    tag = "tags",
    responses((status = 200, description = "The kinds", body = TagKinds)),
    security((), ("key" = [])),
)]
#[get("/v1/tags/kinds")]
pub async fn count_tags(
    _: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let counted = context.lagging(&request, async |connection| {
        model::count_by_kind(connection, context.clock.now()).await
    });
    let counts = counted.await?;
    let items = TagKind::ALL.iter().map(|kind| {
        let counted = counts.get(kind).copied().unwrap_or_default();
        KindView::new(*kind, counted)
    });
    Ok(Answer::public(&context).builder().json(TagKinds {
        items: items.collect(),
    }))
}
