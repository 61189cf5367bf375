//! The first two doors to Postgres.
//!
//! [`Database::read`] hands out the worker's one pipelined connection, shared by all its requests:
//! the fastest way for point look-ups, which it carries side by side. It must never carry a
//! transaction, a `SET` or a slow statement, because those hold up everything behind them.
//! [`Database::pool`] lends a connection from a small pool, for lists that may take long, and
//! [`Database::write`] lends one for transactions. Writers may wait for each other in the database, so they never get the whole pool:
//! lists go on meanwhile. A signature tells which it is: `&AsyncPgConnection`, of either, or `&mut AsyncPgConnection`.
//!
//! The third door, for reads that may lag, is in [`super::lagging`].

mod lent;

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use deadpool::managed;
use diesel::QueryResult;
use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection, TransactionManager,
    pooled_connection::PoolableConnection,
};
use futures_util::TryFutureExt;
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit, Semaphore},
    task::AbortHandle,
    time::{Instant, timeout},
};

pub use lent::{Pool, PoolState, Pooled};

use super::{
    config::Config,
    error::{AppError, AppResult},
};

/// How long one attempt to connect may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a server may take for a step of beginning a session.
const BEGIN_TIMEOUT: Duration = Duration::from_secs(5);

/// After a failed attempt, the shared reader waits this long before it tries again.
const RECONNECT_PAUSE: Duration = Duration::from_millis(250);

/// Why a database address cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The address is no Postgres address.
    #[error("DATABASE_URL is not a Postgres address: {}", causes(.0))]
    Address(#[source] tokio_postgres::Error),
    /// The address of a standby is no Postgres address.
    #[error("DATABASE_READ_URL is not a Postgres address: {}", causes(.0))]
    ReadAddress(#[source] tokio_postgres::Error),
    /// The server does not let us in.
    #[error("the database cannot be reached: {}", causes(.0))]
    Connect(#[source] tokio_postgres::Error),
    /// The server does not answer any more.
    #[error("the database does not answer")]
    Silent,
    /// Notices do not arrive.
    #[error(
        "notices do not arrive: is there a pooler in between that lends connections by the transaction?"
    )]
    Deaf,
    /// The connection could not be set up.
    #[error("the database cannot be used: {0}")]
    Setup(#[source] diesel::ConnectionError),
    /// The pool could not be built.
    #[error("the pool cannot be built: {0}")]
    Pool(#[source] managed::BuildError),
}

/// An error with all that caused it: the driver's own words name only the outermost.
fn causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut inner = error.source();
    while let Some(cause) = inner {
        words += &format!(": {cause}");
        inner = cause.source();
    }
    words
}

/// A client and the connection that somebody has to drive for it.
pub type RawConnection = (
    tokio_postgres::Client,
    tokio_postgres::Connection<tokio_postgres::Socket, tokio_postgres::tls::NoTlsStream>,
);

/// How connections are made.
#[derive(Clone)]
pub struct Connector {
    settings: tokio_postgres::Config,
    /// What each session begins with.
    session: String,
}

/// A connection that knows when it is closed.
pub struct Connection {
    inner: AsyncPgConnection,
    is_closed: Arc<AtomicBool>,
    driver: AbortHandle,
}

impl Connector {
    /// A connector for an address, with a time limit on every statement.
    pub fn new(url: &str, statement_timeout: Duration) -> Result<Self, DatabaseError> {
        let mut settings: tokio_postgres::Config = url.parse().map_err(DatabaseError::Address)?;
        settings
            .application_name("dateline")
            .connect_timeout(CONNECT_TIMEOUT);
        let timeout = statement_timeout.as_millis();
        // No statement of ours works so long that compiling it first would pay. Statements are made so that one plan
        // suits all values, and planning a look-up by a key each time takes longer than the look-up. Not asked for
        // when connecting, because pgbouncer refuses or drops it there.
        let session = format!(
            "set statement_timeout = {timeout}; set jit = off; set plan_cache_mode = force_generic_plan"
        );
        Ok(Self { settings, session })
    }

    /// Opens a connection without diesel, for who listens to notices.
    pub async fn connect_raw(&self) -> Result<RawConnection, DatabaseError> {
        let connecting = self.settings.connect(tokio_postgres::NoTls);
        let connecting = connecting.map_err(DatabaseError::Connect);
        begun_in_time(connecting).await
    }

    /// Opens a connection.
    pub async fn connect(&self) -> Result<Connection, DatabaseError> {
        // Our own task drives the connection instead of diesel-async's, because it can say when it ended.
        let (client, driver) = self.connect_raw().await?;
        let is_closed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_closed);
        let driver = tokio::spawn(async move {
            if let Err(fault) = driver.await {
                log::warn!(
                    "event=database_connection_lost cause={:?}",
                    fault.to_string()
                );
            }
            flag.store(true, Ordering::Release);
        });
        let begin = async {
            let begun = client.batch_execute(&self.session).await;
            begun.map_err(DatabaseError::Connect)?;
            let set_up = AsyncPgConnection::try_from(client).await;
            set_up.map_err(DatabaseError::Setup)
        };
        let inner = begun_in_time(begin).await?;
        Ok(Connection {
            inner,
            is_closed,
            driver: driver.abort_handle(),
        })
    }
}

/// A step of beginning a session. The driver's own limit is for the network alone, and a server that hangs takes whatever
/// is sent to it.
async fn begun_in_time<T>(
    step: impl Future<Output = Result<T, DatabaseError>>,
) -> Result<T, DatabaseError> {
    let begun = timeout(BEGIN_TIMEOUT, step).await;
    begun.map_err(|_| DatabaseError::Silent)?
}

impl Connection {
    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Whether it stands inside a transaction.
    pub fn is_in_transaction(&mut self) -> bool {
        PoolableConnection::is_broken(&mut self.inner)
    }

    /// Breaks the connection off: Postgres takes back what was not committed.
    fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.driver.abort();
    }

    /// Begins a transaction; those begun within it are savepoints.
    pub async fn begin(&mut self) -> QueryResult<()> {
        AnsiTransactionManager::begin_transaction(&mut self.inner).await
    }

    /// Makes last what was written since.
    pub async fn commit(&mut self) -> QueryResult<()> {
        AnsiTransactionManager::commit_transaction(&mut self.inner).await
    }

    /// Takes back what was written since.
    pub async fn take_back(&mut self) -> QueryResult<()> {
        AnsiTransactionManager::rollback_transaction(&mut self.inner).await
    }

    /// The bare connection, for who owns it from now on.
    pub fn into_inner(self) -> AsyncPgConnection {
        self.inner
    }
}

impl Deref for Connection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.inner
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.inner
    }
}

/// Connections of the pool that writers leave to lists.
const LEFT_TO_LISTS: usize = 2;

/// A connection lent from the pool to a writer.
pub struct Writing {
    connection: Pooled,
    _place: OwnedSemaphorePermit,
}

impl Deref for Writing {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

/// The way to Postgres: clones share the pool and the reader.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
    /// Places for writers, and how long one waits for a place.
    writers: (Arc<Semaphore>, Duration),
    reader: Arc<Mutex<Reader>>,
    connector: Connector,
}

#[derive(Default)]
struct Reader {
    connection: Option<Arc<Connection>>,
    resting_until: Option<Instant>,
}

impl Database {
    /// Prepares both doors; nothing is connected yet.
    pub fn new(config: &Config, url: &str) -> Result<Self, DatabaseError> {
        let connector = Connector::new(url, config.statement_timeout)?;
        let pool = Pool::new(&connector, config)?;
        let places = config.database_pool_size.saturating_sub(LEFT_TO_LISTS);
        // As long as those before it may take at most.
        let patience = config.database_wait.max(config.statement_timeout);
        Ok(Self {
            pool,
            writers: (Arc::new(Semaphore::new(places.max(1))), patience),
            reader: Arc::default(),
            connector,
        })
    }

    /// The same pool with a reader of its own: one per worker, so that workers share no lock.
    pub fn for_worker(&self) -> Self {
        Self {
            reader: Arc::default(),
            ..self.clone()
        }
    }

    /// How connections are made, for who needs one of its own.
    pub fn connector(&self) -> &Connector {
        &self.connector
    }

    /// The pipelined connection, for point look-ups.
    pub async fn read(&self) -> AppResult<Arc<Connection>> {
        let mut reader = self.reader.lock().await;
        if let Some(connection) = reader
            .connection
            .as_ref()
            .filter(|connection| !connection.is_closed())
        {
            return Ok(Arc::clone(connection));
        }
        if reader.resting_until.is_some_and(|end| Instant::now() < end) {
            return Err(AppError::unavailable(
                &"the last attempt to connect has just failed",
            ));
        }
        match self.connector.connect().await {
            Ok(connection) => {
                let connection = Arc::new(connection);
                *reader = Reader {
                    connection: Some(Arc::clone(&connection)),
                    resting_until: None,
                };
                Ok(connection)
            }
            Err(fault) => {
                *reader = Reader {
                    connection: None,
                    resting_until: Some(Instant::now() + RECONNECT_PAUSE),
                };
                Err(AppError::unavailable(&fault))
            }
        }
    }

    /// A connection from the pool, for transactions that write.
    pub async fn write(&self) -> AppResult<Writing> {
        let (places, patience) = &self.writers;
        let place = timeout(*patience, Arc::clone(places).acquire_owned()).await;
        let Ok(Ok(place)) = place else {
            return Err(AppError::busy(&"too many writers wait for each other"));
        };
        Ok(Writing {
            connection: self.pool().await?,
            _place: place,
        })
    }

    /// A connection from the pool, for statements that may take a while.
    pub async fn pool(&self) -> AppResult<Pooled> {
        self.pool.lend().await
    }

    /// How many connections the pool has, how many of them are idle, and how many requests wait.
    pub fn pool_state(&self) -> PoolState {
        self.pool.state()
    }
}
