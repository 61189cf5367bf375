use actix_web::{HttpRequest, HttpResponse, get, put, web::Data};
use uuid::Uuid;

use crate::{
    articles::was_ever_created,
    base::{
        answer::Answer,
        context::Context,
        error::{AppError, AppResult},
        extract::{NoParameters, Path, Query},
    },
    codes::Minter,
    keys::{Caller, WriteArticles, WriteLinks},
    links::{
        handlers::{created, show},
        model,
        view::{ArticleShortLinks, LinkView},
    },
};

/// Ensure an article's primary short link
///
/// Answers the link that the article shows, and makes it if it is missing.
#[utoipa::path(
    tag = "short_links",
    params(("id" = Uuid, Path, description = "The article's id")),
    responses(
        (status = 200, description = "The link that was there", body = LinkView),
        (status = 201, description = "The link, created", body = LinkView),
    ),
    security(("key" = [])),
)]
#[put("/v1/articles/{id}/short-link")]
pub async fn ensure_article_short_link(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    minter: Data<Minter>,
    request: HttpRequest,
    id: Path<Uuid>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let mut connection = context.db.write().await?;
    let domains = context.domains.current();
    let place = (id.0, domains.default_domain().name.as_str());
    let (link, is_made) =
        model::ensure_primary(&mut connection, &caller.writer(&context), &minter, place).await?;
    if is_made {
        Ok(created(link, &context))
    } else {
        show(link, &context, &request)
    }
}

/// List an article's short links
///
/// All links that lead to the article, the newest first; those of a deleted article too.
#[utoipa::path(
    tag = "short_links",
    params(("id" = Uuid, Path, description = "The article's id")),
    responses((status = 200, description = "The links", body = ArticleShortLinks)),
    security(("key" = [])),
)]
#[get("/v1/articles/{id}/short-links")]
pub async fn list_article_short_links(
    _: Caller<WriteLinks>,
    context: Data<Context>,
    id: Path<Uuid>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let connection = context.db.read().await?;
    if !was_ever_created(&connection, id.0).await? {
        return Err(AppError::not_found());
    }
    let links = model::of_article(&connection, id.0).await?;
    let items = links
        .into_iter()
        .map(|link| LinkView::new(link, &context.domains.current()))
        .collect();
    Ok(Answer::private()
        .builder()
        .json(ArticleShortLinks { items }))
}
