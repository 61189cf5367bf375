//! The short domains, each with a code space of its own.
//!
//! Table: `domains`. Invariants: exactly one is the default; a domain is never removed and never
//! renamed, by a trigger of the database, because its codes stand in print. The settings name
//! domains only for a database that has none yet. Every instance has all domains in memory
//! ([`crate::base::short_domains`]) and reads them again when one changes.

mod handlers;
mod input;
mod model;
mod view;
mod worker;

pub use model::{admit_lengths, known};
pub use worker::{Watch, reload};

use utoipa_actix_web::service_config::ServiceConfig;

use crate::base::notices::Topic;

/// A domain of this name was added or changed.
pub const DOMAIN: Topic<'static> = Topic("domain");

/// The routes of this slice.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(handlers::list_domains)
        .service(handlers::create_domain)
        .service(handlers::find_domain)
        .service(handlers::update_domain);
}
