//! The vocabulary: whatever an article is filed under.
//!
//! Tables: `tags`, `tag_keys`, `tag_external_ids`, `tag_usage`. A tag is named by its key
//! `kind:slug`, or by an identifier that somebody else gave it. Invariants: a key once given never
//! means another tag (`tag_keys` only grows); a kind never changes; `article_count` is kept by the
//! writes that change it.

mod filter;
mod handlers;
mod input;
mod key;
mod kind;
mod model;
mod view;

pub use key::{TagKey, TagRef};
pub use kind::TagKind;
pub use model::{Brief, Usage, UsageDelta, adjust_usage, find_or_create, resolve, usage_of};
pub use view::TagBriefView;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::list_tags)
        .service(handlers::create_tag)
        .service(handlers::autocomplete_tags)
        .service(handlers::find_tag)
        .service(handlers::replace_tag)
        .service(handlers::update_tag)
        .service(handlers::delete_tag);
}
