use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    base::short_domains::DomainSet,
    links::{
        model::Link,
        standing::Standing,
        view::{LinkView, TargetView},
    },
};

crate::text_enum! {
    /// What following a short link comes to.
    pub enum ResolvedStatus {
        /// It leads to its target.
        Live = "live",
        /// It led somewhere and does no more.
        Gone = "gone",
        /// It is blocked for legal reasons.
        Blocked = "blocked",
        /// There is no such link that anybody may know of.
        Unknown = "unknown",
    }
}

/// Where short links lead.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResolvedShortLinks {
    /// In the order in which they were asked for.
    pub items: Vec<ResolvedView>,
}

/// Where a short link leads.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResolvedShortLink)]
pub struct ResolvedView {
    /// What was asked for.
    #[schema(example = "exmp.news/7kq3m2")]
    code: String,
    /// What following it comes to.
    status: ResolvedStatus,
    /// The address as it is printed; null unless it is live.
    #[schema(format = "uri", example = "https://exmp.news/7kq3m2")]
    url: Option<String>,
    /// Where a live link leads.
    target: Option<TargetView>,
    /// What is named to readers of a link that is gone.
    #[schema(format = "iri")]
    replacement_url: Option<String>,
    /// The link itself, for callers with the scope `links:write`.
    link: Option<LinkView>,
}

impl ResolvedView {
    /// What a caller is told; of what is unknown to the public, the same as of what never was.
    pub fn new(
        code: String,
        found: Option<&(Link, Standing)>,
        domains: &DomainSet,
        sees_links: bool,
    ) -> Self {
        let mut view = Self {
            code,
            status: ResolvedStatus::Unknown,
            url: None,
            target: None,
            replacement_url: None,
            link: None,
        };
        let Some((link, standing)) = found else {
            return view;
        };
        match standing {
            Standing::Unknown => {}
            Standing::Blocked => view.status = ResolvedStatus::Blocked,
            Standing::Gone => {
                view.status = ResolvedStatus::Gone;
                view.replacement_url = link.row.replacement_url.clone();
            }
            Standing::Live => {
                view.status = ResolvedStatus::Live;
                view.url = Some(domains.short_url(&link.row.domain, &link.row.code));
                view.target = Some(TargetView::of(link));
            }
        }
        view.link = sees_links.then(|| LinkView::new(link.clone(), domains));
        view
    }
}
