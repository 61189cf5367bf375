//! Which short links a list shows.

use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{base::page::CountMode, codes::LinkStatus};

/// Which links are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LinkFilter {
    /// Only links to this article.
    pub article_id: Option<Uuid>,
    /// Only links in this state.
    #[param(inline)]
    pub status: Option<LinkStatus>,
    /// Only links of this short domain.
    #[param(min_length = 1, max_length = 255)]
    pub domain: Option<String>,
    /// Only links whose code begins with this, such as `har`.
    #[param(min_length = 1, max_length = 64)]
    pub q: Option<String>,
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Adds `total`, how many links the whole list has.
    #[param(inline)]
    pub count: Option<CountMode>,
}
