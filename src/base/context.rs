//! What every handler has at hand.

use std::sync::Arc;

use actix_web::HttpRequest;

use super::{
    clock::Clock,
    coherence::Coherence,
    config::Config,
    db::{Connection, Database, DatabaseError},
    error::{AppError, AppResult},
    lagging::Lagging,
    position::Position,
    short_domains::ShortDomains,
};

/// The service as a handler sees it: one per worker, because each worker reads through a
/// connection of its own.
#[derive(Clone)]
pub struct Context {
    /// The way to Postgres.
    pub db: Database,
    /// The standbys of that Postgres.
    pub standbys: Lagging,
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
    /// The service with these settings on a database, with nothing known yet. Fails where the settings name standbys
    /// by what is no address.
    pub fn new(config: Config, db: Database, clock: Clock) -> Result<Self, DatabaseError> {
        Ok(Self {
            db,
            standbys: Lagging::new(&config)?,
            domains: config.short_domains(),
            coherence: Coherence::default(),
            config: Arc::new(config),
            clock,
        })
    }

    /// The same for another worker.
    pub fn for_worker(&self) -> Self {
        Self {
            db: self.db.for_worker(),
            ..self.clone()
        }
    }

    /// Reads what may lag, for a request: from a standby, unless it has not replayed the position that the request
    /// names. The closure may be called twice, and must not write.
    pub async fn lagging<T, E: Into<AppError>>(
        &self,
        request: &HttpRequest,
        read: impl AsyncFn(&mut Connection) -> Result<T, E>,
    ) -> AppResult<T> {
        let position = Position::of(request)?;
        let read = async |connection: &mut Connection| read(connection).await.map_err(E::into);
        self.standbys.read(&self.db, position, read).await
    }

    /// The same for what an index answers at once, whatever the database holds.
    pub async fn lagging_look_up<T>(
        &self,
        request: &HttpRequest,
        read: impl AsyncFn(&Connection) -> AppResult<T>,
    ) -> AppResult<T> {
        let position = Position::of(request)?;
        self.standbys.look_up(&self.db, position, read).await
    }
}
