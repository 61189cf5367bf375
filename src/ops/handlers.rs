use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, get, http::header, web::Data};

use tokio::time::timeout;

use super::view::{HealthView, IndexView, VersionView};
use crate::base::{
    context::Context,
    error::{AppError, AppResult, Code},
    metrics::{self, Metrics},
    migrations,
};

/// Show where to look
///
/// The addresses of the documentation.
#[utoipa::path(
    tag = "operations",
    responses((status = 200, description = "The addresses", body = IndexView)),
)]
#[get("/")]
pub async fn show_index() -> HttpResponse {
    let index = IndexView {
        name: env!("CARGO_PKG_NAME"),
        docs: "/docs/",
        openapi: "/openapi.json",
    };
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .json(index)
}

/// Check liveness
///
/// Whether the process answers at all. Asks nothing else, so that a database that is away does not
/// make an orchestrator kill the service.
#[utoipa::path(
    tag = "operations",
    responses((status = 200, description = "The process answers", body = HealthView)),
)]
#[get("/livez")]
pub async fn check_liveness() -> HttpResponse {
    healthy()
}

/// How long the database may take to say that it is there. Who asks wants to know it now, and asks again.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// Check readiness
///
/// Whether the database answers and has every migration of this version.
#[utoipa::path(
    tag = "operations",
    responses(
        (status = 200, description = "The service can do its work", body = HealthView),
        (status = 503, description = "The database cannot be reached or lacks migrations (`database-unavailable`)"),
    ),
)]
#[get("/readyz")]
pub async fn check_readiness(context: Data<Context>) -> AppResult<HttpResponse> {
    let look = async { AppResult::Ok(migrations::are_current(&*context.db.read().await?).await?) };
    let detail = match timeout(READY_WITHIN, look).await {
        Ok(Ok(true)) => return Ok(healthy()),
        Ok(Err(fault)) => return Err(fault),
        Ok(Ok(false)) => "The database lacks migrations of this version.",
        Err(_) => "The database does not answer.",
    };
    Err(AppError::new(Code::DatabaseUnavailable, detail))
}

fn healthy() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(HealthView { status: "ok" })
}

/// Show the version
///
/// Which program this is, in which version.
#[utoipa::path(
    tag = "operations",
    responses((status = 200, description = "The version", body = VersionView)),
)]
#[get("/version")]
pub async fn show_version() -> HttpResponse {
    let version = VersionView {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
    };
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(version)
}

/// Show metrics
///
/// For Prometheus: requests by route, method and status, their latency, short links in memory, visits, the pool, the
/// process. In the OpenMetrics text format, or in Prometheus' older one (0.0.4) for who accepts `text/plain` and not
/// the other.
#[utoipa::path(
    tag = "operations",
    responses((status = 200, description = "The metrics",
               content((String = "application/openmetrics-text"), (String = "text/plain")))),
)]
#[get("/metrics")]
pub async fn show_metrics(
    request: HttpRequest,
    context: Data<Context>,
    metrics: Data<Metrics>,
) -> AppResult<HttpResponse> {
    let text = metrics
        .render(context.db.pool_state(), &context.coherence)
        .map_err(|fault| AppError::internal(&fault))?;
    let (kind, text) = match is_classic(&request) {
        true => (CLASSIC, metrics::classic(&text)),
        false => (OPEN_METRICS, text),
    };
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::VARY, "Accept"))
        .body(text))
}

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const CLASSIC: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Whether the caller reads the older format alone. Prometheus accepts both, and prefers OpenMetrics.
fn is_classic(request: &HttpRequest) -> bool {
    let ranges = request.headers().get_all(header::ACCEPT);
    let ranges: Vec<&str> = ranges.filter_map(|range| range.to_str().ok()).collect();
    let takes = |kind| ranges.iter().any(|range| range.contains(kind));
    takes("text/plain") && !takes("application/openmetrics-text")
}
