use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, get, head,
    http::{Method, StatusCode, header},
    web::Data,
};

use super::{
    model::{self, Outcome},
    page,
};
use crate::{
    base::{
        context::Context, error::AppResult, extract::Path, short_domains::DomainSet, url::HttpUrl,
    },
    codes::Code,
    visits::{Recorder, Visitor},
};

/// What the public listener offers.
const ALLOW: &str = "GET, HEAD, OPTIONS";

/// Follow a short link
///
/// Leads a reader to the story behind a code, in any case. The host chooses the short domain; an
/// unknown host gets the default one. Articles that are not public answer exactly as an unknown code.
///
/// Readers' addresses stand apart from the API, and a browser shows their answers to no page of
/// another origin: open the address itself instead of trying it out here.
#[utoipa::path(
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2")),
    responses(
        (status = 302, description = "The story's address", content_type = "text/html", body = String,
         headers(("Location" = String, description = "Absolute address of the story"),
                 ("Link" = String, description = "The same, as `rel=\"canonical\"`"),
                 ("Cache-Control" = String, description = "`private, no-store`"),
                 ("X-Robots-Tag" = String, description = "`noindex`"))),
        (status = 404, description = "The code leads nowhere, or nowhere that is public", content_type = "text/html", body = String),
        (status = 410, description = "The code led somewhere and does no more", content_type = "text/html", body = String),
        (status = 503, description = "The database cannot be reached", content_type = "text/html", body = String),
    ),
)]
#[get("/{code}")]
pub async fn follow_short_link(
    context: Data<Context>,
    recorder: Data<Recorder>,
    request: HttpRequest,
    code: Path<String>,
) -> HttpResponse {
    follow(&context, &request, &code.0, |link| {
        count(&context, &recorder, &request, link)
    })
    .await
}

/// Counts the visit that a request is.
fn count(context: &Context, recorder: &Recorder, request: &HttpRequest, link: i64) {
    let (domains, trusted) = (context.domains.current(), &context.config.country_header);
    let visitor = Visitor::read(request.headers(), &domains, trusted.as_ref());
    recorder.record(
        &recorder.tally(link),
        visitor.visit(None, context.clock.now()),
    );
}

/// Probe a short link
///
/// Answers as GET does, without a body, and is never counted as a visit.
#[utoipa::path(
    tag = "redirect",
    params(("code" = String, Path, description = "The code", example = "7kq3m2")),
    responses(
        (status = 302, description = "The story's address",
         headers(("Location" = String, description = "Absolute address of the story"))),
        (status = 404, description = "The code leads nowhere, or nowhere that is public"),
        (status = 410, description = "The code led somewhere and does no more"),
        (status = 503, description = "The database cannot be reached"),
    ),
)]
#[head("/{code}")]
pub async fn probe_short_link(
    context: Data<Context>,
    request: HttpRequest,
    code: Path<String>,
) -> HttpResponse {
    follow(&context, &request, &code.0, |_| ()).await
}

async fn follow(
    context: &Context,
    request: &HttpRequest,
    code: &str,
    count: impl FnOnce(i64),
) -> HttpResponse {
    let Some(code) = Code::parse(code) else {
        return no_code();
    };
    match look_up(context, request, &code).await {
        Ok(Outcome::Found(link, address)) => {
            count(link);
            found(&address)
        }
        Ok(Outcome::Unknown) => html(StatusCode::NOT_FOUND, "no-store").body(page::unknown()),
        Ok(Outcome::Gone) => html(StatusCode::GONE, "public, max-age=60").body(page::gone()),
        // Whatever the cause was, it is in the log; a reader can only try again.
        Err(_) => html(StatusCode::SERVICE_UNAVAILABLE, "no-store")
            .insert_header((header::RETRY_AFTER, "2"))
            .body(page::unavailable()),
    }
}

async fn look_up(context: &Context, request: &HttpRequest, code: &Code) -> AppResult<Outcome> {
    let connection = context.db.read().await?;
    Ok(model::follow(
        &connection,
        domain(&context.domains.current(), request),
        code,
        context.clock.now(),
    )
    .await?)
}

/// The short domain that the request names by its host; the default one for a host that is none.
fn domain<'a>(domains: &'a DomainSet, request: &HttpRequest) -> &'a str {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let host = host.to_ascii_lowercase();
    let host = host
        .strip_suffix(":80")
        .or_else(|| host.strip_suffix(":443"))
        .unwrap_or(&host);
    let host = host.strip_suffix('.').unwrap_or(host);
    let known = domains.named(host);
    &known.unwrap_or_else(|| domains.default_domain()).name
}

fn found(address: &str) -> HttpResponse {
    // Addresses were checked when they were stored; encoding makes them fit for a header.
    let address =
        HttpUrl::parse(address).map_or_else(|_| address.to_owned(), |url| url.encoded().to_owned());
    html(StatusCode::FOUND, "private, no-store")
        .insert_header((header::LINK, format!("<{address}>; rel=\"canonical\"")))
        .insert_header((header::LOCATION, address.as_str()))
        .body(page::moved(&address))
}

/// What no link can be named after. The database is not asked, and caches may remember it for a while.
fn no_code() -> HttpResponse {
    html(StatusCode::NOT_FOUND, "public, max-age=10").body(page::unknown())
}

fn html(status: StatusCode, cache_control: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, cache_control))
        .insert_header(("x-robots-tag", "noindex"));
    response
}

/// Answers what no route of the public listener answers.
pub async fn answer_others(request: HttpRequest) -> HttpResponse {
    match *request.method() {
        Method::GET | Method::HEAD => no_code(),
        Method::OPTIONS => HttpResponse::NoContent()
            .insert_header((header::ALLOW, ALLOW))
            .finish(),
        _ => html(StatusCode::METHOD_NOT_ALLOWED, "no-store")
            .insert_header((header::ALLOW, ALLOW))
            .body(page::not_allowed()),
    }
}
