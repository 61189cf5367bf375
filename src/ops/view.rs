use serde::Serialize;
use utoipa::ToSchema;

/// Whether the service can do its work.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub struct HealthView {
    /// `ok`.
    #[schema(example = "ok")]
    pub status: &'static str,
}

/// Which program this is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Version)]
pub struct VersionView {
    /// `dateline`.
    #[schema(example = "dateline")]
    pub name: &'static str,
    /// The version, by Semantic Versioning.
    #[schema(example = "0.1.0")]
    pub version: &'static str,
}

/// Where to look.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Index)]
pub struct IndexView {
    /// `dateline`.
    #[schema(example = "dateline")]
    pub name: &'static str,
    /// Swagger UI.
    #[schema(example = "/docs/")]
    pub docs: &'static str,
    /// The OpenAPI document.
    #[schema(example = "/openapi.json")]
    pub openapi: &'static str,
}
