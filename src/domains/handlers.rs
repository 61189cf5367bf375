use actix_web::{HttpRequest, HttpResponse, get, patch, post, web::Data};

use super::{
    input::{CreateDomain, DomainPatch, UpdateDomain},
    model::{self, Domain},
    reload,
    view::{DomainList, DomainView},
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
        text::{self, Lines},
    },
    keys::{Admin, Caller},
    retries::{Attempt, RetryHeader},
};

/// Longest name of a domain, in characters, as in the check of the table.
const MAX_NAME: usize = 255;

/// List short domains
///
/// The default one first.
#[utoipa::path(
    tag = "domains",
    responses((status = 200, description = "The domains", body = DomainList)),
    security(("key" = [])),
)]
#[get("/v1/domains")]
pub async fn list_domains(
    _: Caller<Admin>,
    context: Data<Context>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let domains = model::list(&*context.db.read().await?).await?;
    let items = domains.into_iter().map(DomainView::from).collect();
    Ok(Answer::private().builder().json(DomainList { items }))
}

/// Add a short domain
///
/// Its code space is empty. A domain is never removed and never renamed, because its codes stand in
/// print. Point the host at the public listener first.
#[utoipa::path(
    tag = "domains",
    params(RetryHeader),
    request_body(content = CreateDomain, example = json!({"base_url": "https://eid.example", "root_url": "https://news.example/"})),
    responses(
        (status = 201, description = "The domain", body = DomainView),
        (status = 409, description = "The domain is there already (`domain-taken`)"),
    ),
    security(("key" = [])),
)]
#[post("/v1/domains")]
pub async fn create_domain(
    caller: Caller<Admin>,
    context: Data<Context>,
    request: HttpRequest,
    _: Query<NoParameters>,
    body: Body<CreateDomain>,
) -> AppResult<HttpResponse> {
    let (new, attempt) = Attempt::read(&caller, &request, body).await?;
    let writer = caller.writer(&context);
    let make = async |connection: &mut Connection| {
        let (name, settings) = new.parse(&context.domains.current())?;
        let made = model::create(connection, &writer, &name, &settings).await?;
        let (location, version) = (format!("/v1/domains/{}", made.name), made.version);
        Ok(Answer::private().created(&location, version, &DomainView::from(made)))
    };
    let answer = attempt.once(&context, make).await?;
    reload(&context).await?;
    Ok(answer)
}

/// Find a short domain
///
/// By its name.
#[utoipa::path(
    tag = "domains",
    params(("domain" = String, Path, description = "The domain's name", example = "exmp.news")),
    responses(
        (status = 200, description = "The domain", body = DomainView),
        (status = 304, description = "The caller has it already (`If-None-Match`)"),
    ),
    security(("key" = [])),
)]
#[get("/v1/domains/{domain}")]
pub async fn find_domain(
    _: Caller<Admin>,
    context: Data<Context>,
    request: HttpRequest,
    name: Path<String>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let name = read_name(&name.0)?;
    let domain = model::find(&*context.db.read().await?, &name).await?;
    show(domain.ok_or_else(AppError::not_found)?, &request)
}

/// Update a short domain
///
/// JSON merge patch (RFC 7396): what is absent stays, null resets.
#[utoipa::path(
    tag = "domains",
    params(("domain" = String, Path, description = "The domain's name", example = "exmp.news"),
           ("If-Match" = Option<String>, Header, description = "ETag of the version that is changed")),
    request_body(content((DomainPatch = "application/merge-patch+json", example = json!({"root_url": "https://news.example/"})),
                         (DomainPatch = "application/json", example = json!({"root_url": "https://news.example/"})))),
    responses((status = 200, description = "The domain, changed", body = DomainView)),
    security(("key" = [])),
)]
#[patch("/v1/domains/{domain}")]
pub async fn update_domain(
    caller: Caller<Admin>,
    context: Data<Context>,
    request: HttpRequest,
    name: Path<String>,
    _: Query<NoParameters>,
    body: Body<Members>,
) -> AppResult<HttpResponse> {
    let name = read_name(&name.0)?;
    let condition = Precondition::read(&request, context.config.require_if_match)?;
    let Members(changes) = body.read().await?;
    let change =
        |before: &Domain| UpdateDomain::patched(before, changes, &context.domains.current());
    let (writer, mut connection) = (caller.writer(&context), context.db.write().await?);
    let domain = model::update(&mut connection, &writer, &name, &condition, change).await?;
    drop(connection);
    reload(&context).await?;
    show(domain, &request)
}

/// A name that no domain can have is a name that none has.
fn read_name(raw: &str) -> AppResult<String> {
    let name = text::clean(raw, MAX_NAME, Lines::One).map_err(|_| AppError::not_found())?;
    Ok(name.to_ascii_lowercase())
}

fn show(domain: Domain, request: &HttpRequest) -> AppResult<HttpResponse> {
    let version = domain.version;
    Answer::private().resource(request, version, &DomainView::from(domain))
}
