//! Who calls, and what they may do.
//!
//! A key is `dl_<id>_<secret>`. Table: `api_keys`, which holds the SHA-256 of the secret and never
//! the secret. A revoked key stays as a row, because changes name it. [`Caller`] in a handler's
//! signature is the permission that the handler needs.

mod caller;
mod handlers;
mod model;
mod scope;
mod secret;
mod view;

pub use caller::{
    Admin, Caller, Permission, ReadStats, Reader, WriteArticles, WriteLinks, WriteTags,
};
pub use model::{create, list, revoke, revoke_by_name};
pub use scope::Scope;
pub use secret::Secret;
pub use view::check;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::list_keys)
        .service(handlers::create_key)
        .service(handlers::find_key)
        .service(handlers::revoke_key);
}
