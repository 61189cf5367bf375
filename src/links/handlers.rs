use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web::Data};

use super::{
    filter::LinkFilter,
    input::{CreateShortLink, ShortLinkPatch, UpdateShortLink},
    model::{self, Link},
    view::{LinkView, ShortLinkList},
};
use crate::{
    base::{
        answer::Answer,
        context::Context,
        db::Connection,
        error::{AppError, AppResult},
        etag::Precondition,
        extract::{Body, NoParameters, Path, Query},
        members::Members,
    },
    codes::{self, Code, Minter},
    keys::{Caller, WriteLinks},
    retries::{Attempt, RetryHeader},
};

/// List short links
///
/// The newest first.
#[utoipa::path(
    tag = "short_links",
    params(LinkFilter),
    responses((status = 200, description = "A page of short links", body = ShortLinkList)),
    security(("key" = [])),
)]
#[get("/v1/short-links")]
pub async fn list_short_links(
    _: Caller<WriteLinks>,
    context: Data<Context>,
    request: HttpRequest,
    filter: Query<LinkFilter>,
) -> AppResult<HttpResponse> {
    let listed = context.lagging(&request, async |connection| {
        model::list(connection, &filter.0).await
    });
    let page = listed
        .await?
        .map(|link| LinkView::new(link, &context.domains.current()));
    Ok(page.respond(&request, Answer::private().builder()))
}

/// Create a short link
///
/// To an article, which it follows wherever that is published, or to an address. Without `code`, one
/// is made that ends in a check character. A code that was ever given out is never given out again.
#[utoipa::path(
    tag = "short_links",
    params(RetryHeader),
    request_body(content = CreateShortLink, example = json!({"target_url": "https://news.example/style-guide"})),
    responses(
        (status = 201, description = "The link", body = LinkView),
        (status = 409, description = "The code was given out before (`code-taken`)"),
    ),
    security(("key" = [])),
)]
#[post("/v1/short-links")]
pub async fn create_short_link(
    caller: Caller<WriteLinks>,
    context: Data<Context>,
    minter: Data<Minter>,
    request: HttpRequest,
    _: Query<NoParameters>,
    body: Body<CreateShortLink>,
) -> AppResult<HttpResponse> {
    let (new, attempt) = Attempt::read(&caller, &request, body).await?;
    let writer = caller.writer(&context);
    let make = async |connection: &mut Connection| {
        let (new, code) = new.parse(&context.domains.current())?;
        let link = model::create(connection, &writer, &minter, (&new, code.as_ref())).await?;
        Ok(created(link, &context))
    };
    attempt.once(&context, make).await
}

/// Find a short link
///
/// By its domain and code; the code in any case.
#[utoipa::path(
    tag = "short_links",
    params(("domain" = String, Path, description = "The short domain", example = "exmp.news"),
           ("code" = String, Path, description = "The code", example = "7kq3m2")),
    responses(
        (status = 200, description = "The link", body = LinkView),
        (status = 304, description = "The caller has it already (`If-None-Match`)"),
    ),
    security(("key" = [])),
)]
#[get("/v1/short-links/{domain}/{code}")]
pub async fn find_short_link(
    _: Caller<WriteLinks>,
    context: Data<Context>,
    request: HttpRequest,
    name: Path<(String, String)>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let (domain, code) = read_name(name.0, &context)?;
    let link = model::find(&*context.db.read().await?, &domain, code.as_str()).await?;
    show(link.ok_or_else(AppError::not_found)?, &context, &request)
}

/// Update a short link
///
/// JSON merge patch (RFC 7396): what is absent stays, null resets. The domain and the code never
/// change.
#[utoipa::path(
    tag = "short_links",
    params(("domain" = String, Path, description = "The short domain", example = "exmp.news"),
           ("code" = String, Path, description = "The code", example = "7kq3m2"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is changed")),
    request_body(content((ShortLinkPatch = "application/merge-patch+json", example = json!({"status": "disabled"})),
                         (ShortLinkPatch = "application/json", example = json!({"status": "disabled"})))),
    responses(
        (status = 200, description = "The link, changed", body = LinkView),
        (status = 409, description = "The link is gone and more than `replacement_url` is changed (`link-gone`)"),
    ),
    security(("key" = [])),
)]
#[patch("/v1/short-links/{domain}/{code}")]
pub async fn update_short_link(
    caller: Caller<WriteLinks>,
    context: Data<Context>,
    request: HttpRequest,
    name: Path<(String, String)>,
    _: Query<NoParameters>,
    body: Body<Members>,
) -> AppResult<HttpResponse> {
    let (domain, code) = read_name(name.0, &context)?;
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let Members(changes) = body.read().await?;
    let change = |before: &Link| {
        UpdateShortLink::patched(before, changes)?.parse(before, &context.domains.current())
    };
    let (writer, mut connection) = (caller.writer(&context), context.db.write().await?);
    let name = (domain.as_str(), code.as_str());
    let link = model::update(&mut connection, &writer, name, &condition, change).await?;
    show(link, &context, &request)
}

/// Delete a short link
///
/// The link is gone: it answers 410, and its code is never given out again. It can be restored.
#[utoipa::path(
    tag = "short_links",
    params(("domain" = String, Path, description = "The short domain", example = "exmp.news"),
           ("code" = String, Path, description = "The code", example = "7kq3m2"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is deleted")),
    responses((status = 204, description = "The link is gone")),
    security(("key" = [])),
)]
#[delete("/v1/short-links/{domain}/{code}")]
pub async fn delete_short_link(
    caller: Caller<WriteLinks>,
    context: Data<Context>,
    request: HttpRequest,
    name: Path<(String, String)>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let (domain, code) = read_name(name.0, &context)?;
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let mut connection = context.db.write().await?;
    let name = (domain.as_str(), code.as_str());
    model::delete(&mut connection, &caller.writer(&context), name, &condition).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Restore a short link
///
/// Makes a link active that is gone, or blocked if it was that. A link that is not gone stays as it
/// is.
#[utoipa::path(
    tag = "short_links",
    params(("domain" = String, Path, description = "The short domain", example = "exmp.news"),
           ("code" = String, Path, description = "The code", example = "7kq3m2"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is restored")),
    responses((status = 200, description = "The link, active or as it was", body = LinkView)),
    security(("key" = [])),
)]
#[post("/v1/short-links/{domain}/{code}/restore")]
pub async fn restore_short_link(
    caller: Caller<WriteLinks>,
    context: Data<Context>,
    request: HttpRequest,
    name: Path<(String, String)>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let (domain, code) = read_name(name.0, &context)?;
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let mut connection = context.db.write().await?;
    let name = (domain.as_str(), code.as_str());
    let link = model::restore(&mut connection, &caller.writer(&context), name, &condition).await?;
    show(link, &context, &request)
}

/// A name that no link can have is a name that none has.
pub fn read_name((domain, code): (String, String), context: &Context) -> AppResult<(String, Code)> {
    codes::read_name(&domain, &code, &context.domains.current()).ok_or_else(AppError::not_found)
}

/// Answers a link.
pub fn show(link: Link, context: &Context, request: &HttpRequest) -> AppResult<HttpResponse> {
    let version = link.row.version;
    Answer::private().resource(
        request,
        version,
        &LinkView::new(link, &context.domains.current()),
    )
}

/// Answers a link that has just been made.
pub fn created(link: Link, context: &Context) -> HttpResponse {
    let (location, version) = (format!("/v1/short-links/{}", link.name()), link.row.version);
    Answer::private().created(
        &location,
        version,
        &LinkView::new(link, &context.domains.current()),
    )
}
