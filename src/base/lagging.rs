//! The third door to Postgres, for reads that may lag: from a hot standby where there is one.
//!
//! What is read is a closure, because it may be asked twice: of a standby, and where that fails, of the primary. It
//! must not write: what a standby refuses, the primary would do.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::future::join_all;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric},
    metrics::{counter::Counter, family::Family, gauge::ConstGauge},
    registry::{Registry, Unit},
};

use super::{
    coherence::Coherence,
    config::Config,
    db::{Connection, Database, DatabaseError},
    error::AppResult,
    position::Position,
    standby::Standby,
};

/// The hot standbys of the primary; clones share them.
#[derive(Clone)]
pub struct Lagging(Arc<State>);

struct State {
    standbys: Vec<Standby>,
    /// Whose turn it is.
    turn: AtomicUsize,
    reads: Family<Server, Counter>,
    failures: Counter,
}

/// Who has answered a read that may lag.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Server {
    server: &'static str,
}

const STANDBY: Server = Server { server: "standby" };
const PRIMARY: Server = Server { server: "primary" };

impl Lagging {
    /// The standbys that the settings name; nothing is connected yet.
    pub fn new(config: &Config) -> Result<Self, DatabaseError> {
        let urls = config.database_read_urls.iter().zip(1..);
        let standbys = urls.map(|(url, number)| Standby::new(config, number, &url.0));
        let state = State {
            standbys: standbys.collect::<Result<_, _>>()?,
            turn: AtomicUsize::new(0),
            reads: Family::default(),
            failures: Counter::default(),
        };
        for server in [STANDBY, PRIMARY] {
            state.reads.get_or_create_owned(&server);
        }
        Ok(Self(Arc::new(state)))
    }

    /// Watches the standbys for as long as the service runs.
    pub async fn watch_forever(self, coherence: Coherence) {
        let standbys = self.0.standbys.iter();
        join_all(standbys.map(|standby| standby.watch_forever(&coherence))).await;
    }

    /// Reads from a standby that has everything up to a position, else from the primary.
    pub async fn read<T>(
        &self,
        primary: &Database,
        position: Option<Position>,
        read: impl AsyncFn(&mut Connection) -> AppResult<T>,
    ) -> AppResult<T> {
        match self.read_standby(position, &read).await {
            Some(answer) => answer,
            None => read(&mut *primary.pool().await?).await,
        }
    }

    /// The same for what an index answers at once, whatever the database holds: the primary is asked through the
    /// pipelined connection.
    pub async fn look_up<T>(
        &self,
        primary: &Database,
        position: Option<Position>,
        read: impl AsyncFn(&Connection) -> AppResult<T>,
    ) -> AppResult<T> {
        let pooled = async |connection: &mut Connection| read(connection).await;
        match self.read_standby(position, &pooled).await {
            Some(answer) => answer,
            None => read(&*primary.read().await?).await,
        }
    }

    /// What a standby answers, if one is there that can.
    async fn read_standby<T>(
        &self,
        position: Option<Position>,
        read: &impl AsyncFn(&mut Connection) -> AppResult<T>,
    ) -> Option<AppResult<T>> {
        if let Some(standby) = self.choose(position) {
            if let Some(answer) = standby.read(read).await {
                self.0.reads.get_or_create(&STANDBY).inc();
                return Some(answer);
            }
            self.0.failures.inc();
        }
        self.0.reads.get_or_create(&PRIMARY).inc();
        None
    }

    /// A standby that has everything up to a position: each in turn.
    fn choose(&self, position: Option<Position>) -> Option<&Standby> {
        let (before, after) = match self.0.standbys.len() {
            0 => return None,
            count => {
                let turn = self.0.turn.fetch_add(1, Ordering::Relaxed) % count;
                self.0.standbys.split_at(turn)
            }
        };
        let mut all = after.iter().chain(before);
        all.find(|standby| standby.holds(position))
    }

    /// Adds what is known of the standbys to the metrics.
    pub fn register(&self, registry: &mut Registry) {
        let State {
            reads, failures, ..
        } = &*self.0;
        registry.register(
            "lagging_reads",
            "Reads that may lag, by who has answered",
            reads.clone(),
        );
        registry.register(
            "standby_failures",
            "Reads at which a standby failed, which were asked of the primary again",
            failures.clone(),
        );
        registry.register_collector(Box::new(Gauges(self.clone())));
    }
}

/// What is looked up whenever somebody asks.
#[derive(Clone)]
struct Gauges(Lagging);

impl std::fmt::Debug for Gauges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gauges")
    }
}

impl Collector for Gauges {
    fn encode(&self, mut out: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        let standbys = &self.0.0.standbys;
        let number = |it: usize| ConstGauge::new(i64::try_from(it).unwrap_or(i64::MAX));
        let used = standbys.iter().filter(|standby| standby.is_in_use());
        for (name, help, gauge) in [
            (
                "standbys",
                "Standbys that are named",
                number(standbys.len()),
            ),
            (
                "standbys_in_use",
                "Standbys that are read from",
                number(used.count()),
            ),
        ] {
            let out = out.encode_descriptor(name, help, None, gauge.metric_type())?;
            gauge.encode(out)?;
        }
        let lags = standbys.iter().map(Standby::lag);
        let lag = ConstGauge::new(lags.max().unwrap_or_default().as_secs_f64());
        let help = "Age of what the standby furthest behind has";
        let unit = Some(&Unit::Seconds);
        let out = out.encode_descriptor("standby_lag", help, unit, lag.metric_type())?;
        lag.encode(out)
    }
}
