use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use uuid::Uuid;

use super::{
    filter::{StatsFilter, TopFilter},
    model,
    view::{StatsView, TopView},
};
use crate::{
    articles::was_ever_created,
    base::{
        answer::Answer,
        context::Context,
        error::{AppError, AppResult},
        extract::{Path, Query},
    },
    codes,
    keys::{Caller, ReadStats},
};

/// Show a short link's visits
///
/// Over time, in steps of the caller's time zone, with machines and browsers that look ahead apart
/// from people. Counts are exact; a visit shows within seconds. A key that reads statistics learns
/// which links exist, whatever the public may know of their stories.
#[utoipa::path(
    tag = "visits",
    params(("domain" = String, Path, description = "The short domain", example = "exmp.news"),
           ("code" = String, Path, description = "The code", example = "7kq3m2"),
           StatsFilter),
    responses((status = 200, description = "The visits", body = StatsView)),
    security(("key" = [])),
)]
#[get("/v1/short-links/{domain}/{code}/stats")]
pub async fn show_short_link_stats(
    _: Caller<ReadStats>,
    context: Data<Context>,
    request: HttpRequest,
    name: Path<(String, String)>,
    filter: Query<StatsFilter>,
) -> AppResult<HttpResponse> {
    let (domain, code) = name.0;
    // A name that no link can have is a name that none has.
    let name = codes::read_name(&domain, &code, &context.domains.current());
    let (domain, code) = name.ok_or_else(AppError::not_found)?;
    let connection = context.db.read().await?;
    let link = model::find_link(&connection, &domain, code.as_str()).await?;
    let link = link.ok_or_else(AppError::not_found)?;
    show(&context, &request, &[link], filter.0).await
}

/// Show an article's visits
///
/// Those of all short links that lead to the article now. A key that reads statistics learns which
/// articles exist, whatever the public may know of them.
#[utoipa::path(
    tag = "visits",
    params(("id" = Uuid, Path, description = "The article's id"), StatsFilter),
    responses((status = 200, description = "The visits", body = StatsView)),
    security(("key" = [])),
)]
#[get("/v1/articles/{id}/stats")]
pub async fn show_article_stats(
    _: Caller<ReadStats>,
    context: Data<Context>,
    request: HttpRequest,
    id: Path<Uuid>,
    filter: Query<StatsFilter>,
) -> AppResult<HttpResponse> {
    let connection = context.db.read().await?;
    if !was_ever_created(&connection, id.0).await? {
        return Err(AppError::not_found());
    }
    let links = model::links_of_article(&connection, id.0).await?;
    show(&context, &request, &links, filter.0).await
}

async fn show(
    context: &Context,
    request: &HttpRequest,
    links: &[i64],
    filter: StatsFilter,
) -> AppResult<HttpResponse> {
    let span = filter.parse(context.clock.now())?;
    let found = context.lagging(request, async |connection| {
        model::read(connection, links, &span).await
    });
    let found = found.await?;
    let view = StatsView::new(span, found);
    Ok(Answer::private().builder().json(view))
}

/// List the most visited short links
///
/// By the visits of people in whole days of UTC.
#[utoipa::path(
    tag = "visits",
    params(TopFilter),
    responses((status = 200, description = "The links", body = TopView)),
    security(("key" = [])),
)]
#[get("/v1/stats/top")]
pub async fn list_top_links(
    _: Caller<ReadStats>,
    context: Data<Context>,
    request: HttpRequest,
    filter: Query<TopFilter>,
) -> AppResult<HttpResponse> {
    let ranking = filter.0.parse(context.clock.now())?;
    let links = context.lagging(&request, async |connection| {
        model::top(connection, &ranking).await
    });
    let view = TopView::new(&ranking, links.await?, &context.domains.current());
    Ok(Answer::private().builder().json(view))
}
