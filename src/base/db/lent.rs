//! Connections of the pool, and what becomes of those that are given back in the middle of something.
//!
//! A request that is cut off, by its deadline or because its caller went away, is dropped where it stands. Postgres knows
//! nothing of that and would work on, with its locks. So the statement is cancelled and the connection broken off.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use deadpool::{
    Runtime,
    managed::{self, Metrics, PoolError, RecycleError, RecycleResult, TimeoutType, Timeouts},
};
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel_async::AsyncConnection;
use tokio::{runtime::Handle, time::timeout};

use super::{CONNECT_TIMEOUT, Connection, Connector, DatabaseError};
use crate::base::{
    config::Config,
    error::{AppError, AppResult},
};

/// Makes the connections of the pool.
struct Lender(Connector);

/// Connections to one server that are lent one by one; clones share them.
#[derive(Clone)]
pub struct Pool(managed::Pool<Lender>);

impl Pool {
    /// As many as the settings say; none is made yet.
    pub fn new(connector: &Connector, config: &Config) -> Result<Self, DatabaseError> {
        let wait = Some(config.database_wait);
        managed::Pool::builder(Lender(connector.clone()))
            .max_size(config.database_pool_size)
            .timeouts(Timeouts {
                wait,
                create: Some(CONNECT_TIMEOUT),
                recycle: wait,
            })
            .runtime(Runtime::Tokio1)
            .build()
            .map(Self)
            .map_err(DatabaseError::Pool)
    }

    /// Lends a connection.
    pub async fn lend(&self) -> AppResult<Pooled> {
        let lent = self.0.get().await.map_err(|fault| match fault {
            PoolError::Timeout(TimeoutType::Wait) => AppError::busy(&"all connections are in use"),
            fault => AppError::unavailable(&fault),
        });
        lent.map(Pooled)
    }

    /// How many connections there are, how many of them are idle, and how many requests wait.
    pub fn state(&self) -> PoolState {
        let status = self.0.status();
        PoolState {
            size: status.size,
            idle: status.available,
            waiting: status.waiting,
        }
    }

    /// Gives up the connections that nobody uses.
    pub fn empty(&self) {
        self.0.retain(|_, _| false);
    }
}

/// A look at the pool.
#[derive(Clone, Copy, Debug)]
pub struct PoolState {
    /// Open connections.
    pub size: usize,
    /// Open connections that nobody uses.
    pub idle: usize,
    /// Requests that wait for one.
    pub waiting: usize,
}

/// A connection of the pool, which knows whether a statement is at work on it.
pub struct Lendable {
    connection: Connection,
    unfinished: Arc<AtomicUsize>,
}

/// Counts statements whose answer has not begun. One that was dropped meanwhile is counted for ever.
struct Unfinished(Arc<AtomicUsize>);

impl Instrumentation for Unfinished {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => self.0.fetch_add(1, Ordering::Relaxed),
            InstrumentationEvent::FinishQuery { .. } => self.0.fetch_sub(1, Ordering::Relaxed),
            _ => 0,
        };
    }
}

impl managed::Manager for Lender {
    type Type = Lendable;
    type Error = DatabaseError;

    async fn create(&self) -> Result<Lendable, DatabaseError> {
        let (mut connection, unfinished) = (self.0.connect().await?, Arc::default());
        connection.set_instrumentation(Unfinished(Arc::clone(&unfinished)));
        Ok(Lendable {
            connection,
            unfinished,
        })
    }

    async fn recycle(&self, lendable: &mut Lendable, _: &Metrics) -> RecycleResult<DatabaseError> {
        match lendable.connection.is_closed() {
            true => Err(RecycleError::message("closed")),
            false => Ok(()),
        }
    }
}

/// A connection lent from the pool.
pub struct Pooled(managed::Object<Lender>);

impl Deref for Pooled {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0.connection
    }
}

impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0.connection
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let Lendable {
            connection,
            unfinished,
        } = &mut *self.0;
        let is_at_work = unfinished.load(Ordering::Relaxed) > 0;
        if is_at_work {
            cancel(connection);
        }
        if is_at_work || connection.is_in_transaction() {
            connection.close();
        }
    }
}

/// Asks Postgres to end the statement that is at work. Whether it does is not told; if not, the statement's time limit ends
/// it.
fn cancel(connection: &Connection) {
    let token = connection.cancel_token();
    // Without a runtime the process is about to end, and Postgres will notice that.
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(async move {
            let cancelling = token.cancel_query(tokio_postgres::NoTls);
            match timeout(CONNECT_TIMEOUT, cancelling).await {
                Ok(Ok(())) => {}
                Ok(Err(fault)) => log::warn!("event=cancel_failed cause={:?}", fault.to_string()),
                Err(_) => log::warn!("event=cancel_failed cause=\"no answer\""),
            }
        });
    }
}
