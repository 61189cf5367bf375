use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use super::view::{HistoryFilter, ShortLinkHistory, WriteView};
use crate::{
    base::{
        answer::Answer,
        context::Context,
        error::{AppError, AppResult},
        extract::{Path, Query},
    },
    keys::{Caller, WriteLinks},
    links::{handlers::read_name, model},
};

/// List what was done to a short link
///
/// Who wrote it, when, and what each field was and became; the newest first.
#[utoipa::path(
    tag = "short_links",
    params(("domain" = String, Path, description = "The short domain", example = "exmp.news"),
           ("code" = String, Path, description = "The code", example = "7kq3m2"),
           HistoryFilter),
    responses((status = 200, description = "A page of the link's history", body = ShortLinkHistory)),
    security(("key" = [])),
)]
#[get("/v1/short-links/{domain}/{code}/history")]
pub async fn list_short_link_changes(
    _: Caller<WriteLinks>,
    context: Data<Context>,
    request: HttpRequest,
    name: Path<(String, String)>,
    filter: Query<HistoryFilter>,
) -> AppResult<HttpResponse> {
    let (domain, code) = read_name(name.0, &context)?;
    let HistoryFilter { limit, cursor } = filter.0;
    let listed = context.lagging(&request, async |connection| {
        let link = model::find(connection, &domain, code.as_str()).await?;
        let name = link.ok_or_else(AppError::not_found)?.name();
        model::history(connection, &name, limit, cursor.as_deref()).await
    });
    let page = listed.await?.map(WriteView::from);
    Ok(page.respond(&request, Answer::private().builder()))
}
