//! Merging tags, and undoing it.
//!
//! Tables: `tag_merges`, `tag_merge_articles`; it also writes `tags`, `tag_keys`, `tag_labels`,
//! `tag_external_ids`, `tag_broader`, `tag_usage` and `article_tags`. A merge is one transaction, which
//! nobody who files articles meets half-way ([`crate::tags::hold_filing`]). Invariants: what a merge
//! takes away is kept until it is undone; merges into one tag are undone in the opposite order.

mod handlers;
mod model;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::merge_tags)
        .service(handlers::list_tag_merges)
        .service(handlers::find_tag_merge)
        .service(handlers::undo_tag_merge);
}
