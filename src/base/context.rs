//! What every handler has at hand.

use std::sync::Arc;

use super::{
    clock::Clock, coherence::Coherence, config::Config, db::Database, short_domains::ShortDomains,
};

/// The service as a handler sees it: one per worker, because each worker reads through a
/// connection of its own.
#[derive(Clone)]
pub struct Context {
    /// The way to Postgres.
    pub db: Database,
    /// The settings.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    /// The short domains.
    pub domains: ShortDomains,
    /// Whether what is kept in memory still stands.
    pub coherence: Coherence,
}

impl Context {
    /// The service with these settings on a database, with nothing known yet.
    pub fn new(config: Config, db: Database, clock: Clock) -> Self {
        Self {
            db,
            domains: config.short_domains(),
            coherence: Coherence::default(),
            config: Arc::new(config),
            clock,
        }
    }

    /// The same for another worker.
    pub fn for_worker(&self) -> Self {
        Self {
            db: self.db.for_worker(),
            ..self.clone()
        }
    }
}
