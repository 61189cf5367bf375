use actix_web::{HttpRequest, HttpResponse, post, web::Data};

use super::{
    input::ResolveTags,
    view::{ResolvedTags, ResolvedView},
};
use crate::{
    base::{
        answer::Answer,
        context::Context,
        error::AppResult,
        extract::{Body, Query},
    },
    keys::{Caller, Reader},
    tags::{filter::ReadTag, model, reading::Reading},
};

/// Resolve tags
///
/// Which tags at most 100 keys, identifiers and names mean. A name means the tag of which it is the
/// preferred name in any language, else the one of which it is another; retired tags count only where no
/// other is called so. Where several are called so, they are the candidates; where none is, those whose
/// names are like it.
#[utoipa::path(
    tag = "tags",
    params(ReadTag),
    request_body(content = ResolveTags, example = json!({"tags": ["place:port-elara", {"name": "Port Ellara", "kind": "place"}]})),
    responses((status = 200, description = "What they mean, in the order asked", body = ResolvedTags)),
    security((), ("key" = [])),
)]
#[post("/v1/tags/resolve")]
pub async fn resolve_tags(
    _: Caller<Reader>,
    context: Data<Context>,
    request: HttpRequest,
    how: Query<ReadTag>,
    body: Body<ResolveTags>,
) -> AppResult<HttpResponse> {
    let reading = Reading::new(&context, &request, how.0.lang.as_deref())?;
    let (told, asked) = body.read().await?.parse()?;
    let meant = context.lagging(&request, async |connection| {
        model::resolve_each(connection, &asked, &reading.preferred).await
    });
    let items = told.into_iter().zip(meant.await?);
    let items = items.map(|(asked, meant)| ResolvedView::new(asked, meant, &reading));
    Ok(Answer::private().builder().json(ResolvedTags {
        items: items.collect(),
    }))
}
