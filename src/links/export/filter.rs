//! Which short links are exported.

use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{codes::LinkStatus, links::filter::LinkFilter};

/// Which links are exported.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportFilter {
    /// Only links to this article.
    article_id: Option<Uuid>,
    /// Only links in this state.
    #[param(inline)]
    status: Option<LinkStatus>,
    /// Only links of this short domain.
    #[param(min_length = 1, max_length = 255)]
    domain: Option<String>,
    /// Only links whose code begins with this, such as `har`.
    #[param(min_length = 1, max_length = 64)]
    q: Option<String>,
}

impl From<ExportFilter> for LinkFilter {
    fn from(filter: ExportFilter) -> Self {
        let ExportFilter {
            article_id,
            status,
            domain,
            q,
        } = filter;
        Self {
            article_id,
            status,
            domain,
            q,
            limit: None,
            cursor: None,
            count: None,
        }
    }
}
