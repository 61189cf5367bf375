//! Keeping what is cached in the process coherent with the database, across instances.
//!
//! A connection of its own listens to [`notices`], and what each is about is noted in [`LastChanges`], against which
//! everything cached is held when it is used; what has to be made anew as a whole is told so ([`Subscriber`]).
//! While it listens and its heartbeat is answered, nothing cached is staler than [`STALENESS_BOUND`].
//! While it does not, [`Coherence::is_listening`] says so, and who caches asks the database instead,
//! until everything cached was voided behind a new connection.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};
use tokio_postgres::{AsyncMessage, Client, Socket, tls::NoTlsStream};
use uuid::Uuid;

use super::{
    basis::{Basis, LastChanges, Moment},
    db::{Connector, DatabaseError},
    notices::{self, Topic},
    position::{Position, Server},
};

/// Pause between two heartbeats.
const HEARTBEAT: Duration = Duration::from_millis(500);

/// How long a heartbeat may take before the connection counts as lost.
const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(1);

/// How stale an answer from a cache can be while Postgres is reachable. In the ordinary case it is
/// the milliseconds that a notice takes; this is when a connection falls silent without ending: a
/// heartbeat, the time that it may take, and slack for a busy machine.
pub const STALENESS_BOUND: Duration = Duration::from_secs(2);

/// Pause before a lost connection is tried again.
const RECONNECT_PAUSE: Duration = Duration::from_millis(250);

/// What a listener sends itself, to hear whether notices arrive.
const PROBE: &str = "probe";

/// A notice that a listener waits for.
struct Probe {
    name: String,
    heard: Notify,
}

impl Probe {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            name: Uuid::now_v7().to_string(),
            heard: Notify::new(),
        })
    }

    /// Sends the notice on a connection of its own, and waits until it arrives on the listener's. Behind a pooler
    /// that lends connections by the transaction, `listen` succeeds and nothing ever arrives.
    async fn prove(&self, connector: &Connector) -> Result<(), DatabaseError> {
        let (client, connection) = connector.connect_raw().await?;
        let driver = tokio::spawn(connection);
        let notice = format!("notify {}, '{PROBE} {}'", notices::CHANNEL, self.name);
        let sent = beat(&client, &notice).await;
        driver.abort();
        sent?;
        let heard = timeout(HEARTBEAT_TIMEOUT, self.heard.notified()).await;
        heard.map_err(|_| DatabaseError::Deaf)
    }
}

/// Who makes something out of much of the database, and makes it anew.
pub trait Subscriber: Send + Sync {
    /// Something under this topic has changed. Must not block.
    fn changed(&self, topic: Topic<'_>);

    /// Anything may have changed. Must not block.
    fn reset(&self);
}

/// Whether caches can be trusted; clones share it.
#[derive(Clone)]
pub struct Coherence(Arc<State>);

/// What the primary had at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Whatever was committed before this moment is there at the position.
    pub at: Instant,
    /// Where the primary's log stood.
    pub position: Position,
    /// The cluster that the primary belongs to.
    pub cluster: i64,
}

struct State {
    primary: ArcSwapOption<Server>,
    /// As of the last heartbeat that was answered.
    seen: ArcSwapOption<Seen>,
    /// Milliseconds from `origin` to the loss of the listener; 0 while it listens.
    lost_at: AtomicU64,
    origin: Instant,
    changes: LastChanges,
}

impl Default for Coherence {
    fn default() -> Self {
        Self(Arc::new(State {
            primary: ArcSwapOption::empty(),
            seen: ArcSwapOption::empty(),
            lost_at: AtomicU64::new(1),
            origin: Instant::now(),
            changes: LastChanges::default(),
        }))
    }
}

impl Coherence {
    /// Whether every notice reaches this process, so that what is cached may be shown.
    pub fn is_listening(&self) -> bool {
        self.0.lost_at.load(Ordering::Acquire) == 0
    }

    /// For how long the listener has been lost; nothing while it listens.
    pub fn lost_for(&self) -> Option<Duration> {
        let lost_at = self.0.lost_at.load(Ordering::Acquire);
        (lost_at != 0).then(|| {
            self.0
                .origin
                .elapsed()
                .saturating_sub(Duration::from_millis(lost_at))
        })
    }

    /// The moment before something is read that may be kept.
    pub fn moment(&self) -> Moment {
        self.0.changes.moment()
    }

    /// Whether no notice has voided what rests on this.
    pub fn upholds(&self, basis: &Basis) -> bool {
        self.0.changes.uphold(basis)
    }

    /// Voids everything that is cached.
    pub fn void_all(&self) {
        self.0.changes.note_all();
    }

    /// What the primary had when it was last asked; it is asked with each heartbeat.
    pub fn seen(&self) -> Option<Seen> {
        self.0.seen.load().as_deref().copied()
    }

    /// Waits until the notices of everything that was committed before have been acted on here, so that
    /// a writer reads what it wrote; answers the position behind it. A listener that is silent for as long as a
    /// heartbeat may take is lost: then caches are not used.
    pub async fn caught_up(&self) -> Option<Position> {
        let primary = self.0.primary.load_full().filter(|_| self.is_listening())?;
        // Postgres sends a session what others have committed before it answers its next message,
        // and the driver below acts on each message in the order of arrival.
        match in_time(primary.position()).await {
            Ok(position) => position,
            Err(_) => {
                self.lose();
                None
            }
        }
    }

    /// A heartbeat, which asks the primary where it stands.
    async fn look(&self, primary: &Server) -> Result<(), DatabaseError> {
        let at = Instant::now();
        if let Some(position) = in_time(primary.position()).await? {
            let cluster = primary.cluster;
            let seen = Seen {
                at,
                position,
                cluster,
            };
            self.0.seen.store(Some(Arc::new(seen)));
        }
        Ok(())
    }

    /// Listens for as long as the service runs.
    pub async fn listen_forever(self, connector: Connector, subscribers: Vec<Arc<dyn Subscriber>>) {
        let subscribers: Arc<[_]> = subscribers.into();
        loop {
            if let Err(fault) = self.listen(&connector, &subscribers).await {
                log::warn!("event=listener_lost cause={:?}", fault.to_string());
            }
            self.lose();
            sleep(RECONNECT_PAUSE).await;
        }
    }

    /// Listens until the connection is lost.
    async fn listen(
        &self,
        connector: &Connector,
        subscribers: &Arc<[Arc<dyn Subscriber>]>,
    ) -> Result<(), DatabaseError> {
        let (client, connection) = connector.connect_raw().await?;
        let probe = Probe::new();
        let driver = drive(
            connection,
            Arc::clone(&probe),
            Arc::clone(subscribers),
            self.clone(),
        );
        let driver = tokio::spawn(driver);
        let abort = driver.abort_handle();
        let listen = format!("listen {}", notices::CHANNEL);
        let beating = async {
            beat(&client, &listen).await?;
            probe.prove(connector).await?;
            let primary = Arc::new(in_time(Server::primary(client)).await?);
            self.look(&primary).await?;
            // From here on nothing is missed; what was cached before may have missed something.
            self.void_all();
            subscribers.iter().for_each(|subscriber| subscriber.reset());
            self.0.primary.store(Some(Arc::clone(&primary)));
            self.0.lost_at.store(0, Ordering::Release);
            log::info!("event=listening");
            loop {
                sleep(HEARTBEAT).await;
                if !self.is_listening() {
                    return Err(DatabaseError::Silent);
                }
                self.look(&primary).await?;
            }
        };
        let ended = beating.await;
        abort.abort();
        ended
    }

    fn lose(&self) {
        let elapsed = u64::try_from(self.0.origin.elapsed().as_millis()).unwrap_or(u64::MAX);
        // The beginning of a loss counts, not each attempt to end it.
        let _ =
            self.0
                .lost_at
                .compare_exchange(0, elapsed.max(1), Ordering::AcqRel, Ordering::Acquire);
        self.0.primary.store(None);
    }
}

async fn beat(client: &Client, statement: &str) -> Result<(), DatabaseError> {
    in_time(client.simple_query(statement)).await.map(|_| ())
}

/// What a server answers within the time that a heartbeat may take.
pub async fn in_time<T>(
    asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, DatabaseError> {
    match timeout(HEARTBEAT_TIMEOUT, asked).await {
        Ok(answered) => answered.map_err(DatabaseError::Connect),
        Err(_) => Err(DatabaseError::Silent),
    }
}

/// Moves the connection's bytes and acts on notices as they arrive.
async fn drive(
    mut connection: tokio_postgres::Connection<Socket, NoTlsStream>,
    probe: Arc<Probe>,
    subscribers: Arc<[Arc<dyn Subscriber>]>,
    coherence: Coherence,
) {
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if let AsyncMessage::Notification(notice) = message
            && let Some((topic, names)) = notice.payload().split_once(' ')
        {
            if topic == PROBE {
                if names == probe.name {
                    probe.heard.notify_one();
                }
                continue;
            }
            for name in names.split(' ') {
                coherence.0.changes.note(Topic(topic), name);
            }
            for subscriber in &*subscribers {
                subscriber.changed(Topic(topic));
            }
        }
    }
    // Known at once, without waiting for the next heartbeat.
    coherence.lose();
}
