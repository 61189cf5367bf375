//! How files are imported and exported.

use serde::Deserialize;
use utoipa::IntoParams;

use super::format::Format;
use crate::tags::TagKind;

/// How a file is imported.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportMode {
    /// The kind of tags whose kind the file does not say, such as concepts of SKOS; `topic` when
    /// absent.
    #[param(inline)]
    pub kind: Option<TagKind>,
    /// Answers what would become of the file, and changes nothing.
    #[serde(default)]
    #[param(default = false)]
    pub dry_run: bool,
}

/// Which tags are exported, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportFilter {
    /// Only tags of this kind.
    #[param(inline)]
    pub kind: Option<TagKind>,
    /// How the file is written; it beats `Accept`.
    #[param(inline)]
    pub format: Option<Format>,
}
