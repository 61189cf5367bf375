//! The vocabulary: whatever an article is filed under.
//!
//! Tables: `tags`, `tag_keys`, `tag_labels`, `tag_external_ids`, `tag_broader`, `tag_ancestors`,
//! `tag_usage`, `tag_beginnings`, `tag_words`. A tag is named by its key `kind:slug`, or by an identifier that somebody else gave it,
//! and has names in many languages. Invariants: a key once given never means another tag (`tag_keys`
//! only grows); a kind never changes; `tags.name` is one of the preferred names; `tag_broader` has no
//! circle; `article_count` is kept by the writes that change it.

mod authority;
mod batch;
mod cleaning;
mod filter;
mod handlers;
mod input;
mod key;
mod kind;
mod label;
mod limits;
mod model;
mod reading;
mod relatives;
mod resolve;
mod view;

pub use authority::{address, of_address, parse as parse_identifier};
pub use filter::ReadTag;
pub use input::WriteTag;
pub use key::{ExternalId, TagKey, TagRef};
pub use kind::TagKind;
pub use label::Role;
pub use limits::{MAX_BROADER, MAX_EXTERNAL_IDS, MAX_LANGUAGES, MAX_NAMES};
pub use model::{
    BRIEF_COLUMNS, Brief, BriefSql, Found, NewTag, Sought, Tag, Usage, UsageDelta, VOCABULARY,
    adjust_usage, announce, briefs, create, create_all, descendants, find, find_by_names,
    find_or_create, hold_filing, hold_filing_alone, is_same, leave_key, load_all, relink, resolve,
    translate, update, usage_of,
};
pub use reading::{elsewhere, parse as parse_name};
pub use view::{TagBriefView, TagView};

use utoipa_actix_web::service_config::ServiceConfig;

use crate::base::notices::Topic;

/// What a tag is called and what it is part of has changed; under its number. Triggers tell it.
pub const TAG: Topic<'static> = Topic("tag");

/// How much a tag is used has changed; under its number. Triggers tell it.
pub const USAGE: Topic<'static> = Topic("usage");

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::list_tags)
        .service(handlers::create_tag)
        .service(handlers::autocomplete_tags)
        .service(batch::write_tags)
        .service(resolve::resolve_tags)
        .service(cleaning::list_duplicate_tags)
        .service(cleaning::count_tags)
        .service(handlers::find_tag)
        .service(handlers::replace_tag)
        .service(handlers::update_tag)
        .service(handlers::delete_tag)
        .service(relatives::list_tag_ancestors)
        .service(relatives::list_tag_descendants);
}
