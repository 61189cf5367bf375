//! The OpenAPI document and the pages that show it.

use actix_web::{
    HttpRequest, HttpResponse, Resource, get, guard,
    http::header,
    web::{self, Data},
};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use crate::base::{
    coding,
    error::{AppError, AppResult},
    extract::Path,
};

/// The finished document in both notations, written once at start.
pub struct Documents {
    /// As JSON.
    pub json: String,
    /// As YAML.
    pub yaml: String,
}

impl Documents {
    /// Writes the document down.
    pub fn of(document: &OpenApi) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Self {
            json: document.to_pretty_json()? + "\n",
            yaml: document.to_yaml()?,
        })
    }
}

/// Show the OpenAPI document as JSON
///
/// The document that describes this API.
#[utoipa::path(
    tag = "operations",
    responses((status = 200, description = "The document", body = Object, content_type = "application/json")),
)]
#[get("/openapi.json")]
pub async fn show_openapi_json(documents: Data<Documents>) -> HttpResponse {
    answer("application/json", documents.json.clone())
}

/// Show the OpenAPI document as YAML
///
/// The document that describes this API.
#[utoipa::path(
    tag = "operations",
    responses((status = 200, description = "The document", body = Object, content_type = "application/yaml")),
)]
#[get("/openapi.yaml")]
pub async fn show_openapi_yaml(documents: Data<Documents>) -> HttpResponse {
    answer("application/yaml", documents.yaml.clone())
}

fn answer(kind: &str, text: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(text)
}

/// Where Swagger UI stands, with its files.
const DOCS: &str = "/docs/{file:.*}";

/// Swagger UI out of the binary. Its online validator is switched off: nothing leaves the machine.
pub fn docs() -> Resource {
    let config = Config::new(["/openapi.json"])
        .validator_url("none")
        .try_it_out_enabled(true)
        .persist_authorization(true)
        .display_request_duration(true)
        .deep_linking(true)
        .use_base_layout();
    web::resource(DOCS)
        .app_data(Data::new(config))
        .guard(guard::Get())
        .to(show_docs)
}

async fn show_docs(
    request: HttpRequest,
    file: Path<String>,
    config: Data<Config<'static>>,
) -> AppResult<HttpResponse> {
    let file = utoipa_swagger_ui::serve(&file.0, config.into_inner())
        .map_err(|fault| AppError::internal(&fault))?
        .ok_or_else(AppError::not_found)?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(file.content_type)
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"));
    if file.gzpipped && !coding::accepts_gzip(&request) {
        let whole = coding::gunzip(&file.bytes).map_err(|fault| AppError::internal(&fault))?;
        return Ok(response.body(whole));
    }
    if file.gzpipped {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    Ok(response.body(file.bytes.into_owned()))
}
