//! From a code to what it leads to: out of memory, else out of the database.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::Counter, gauge::ConstGauge},
    registry::Registry,
};
use tokio::time::{Instant, sleep, timeout};

use super::{
    cache::LinkCache,
    entry::Entry,
    loader::{Loader, RETRY},
};
use crate::{
    base::{
        coherence::Coherence,
        config::Config,
        error::{AppError, AppResult},
    },
    links::Standing,
};

/// After a look-up that failed while no notices arrive, the database is left alone for this long.
const REST: Duration = Duration::from_millis(250);

/// The links of this process; clones share them.
#[derive(Clone)]
pub struct Links(Arc<Shared>);

struct Shared {
    cache: LinkCache,
    coherence: Coherence,
    /// How long a reader waits for the database.
    deadline: Duration,
    /// For how long memory answers while the database cannot be reached.
    grace: Duration,
    origin: Instant,
    /// Milliseconds from `origin` until which the database is left alone; 0 after an answer.
    resting_until: AtomicU64,
    hits: Counter,
    misses: Counter,
    lookups: Counter,
}

/// A code of a domain, and what is needed to look it up.
pub struct Wanted<'a> {
    /// The way to the database.
    pub loader: &'a Loader,
    /// The domain's name.
    pub domain: &'a str,
    /// The code.
    pub code: &'a str,
    /// `domain/code`.
    pub name: &'a str,
    /// The moment of the request.
    pub now: DateTime<Utc>,
}

impl Links {
    /// Nothing known yet.
    pub fn new(config: &Config, coherence: &Coherence) -> Self {
        Self(Arc::new(Shared {
            cache: LinkCache::new(config.link_cache_bytes, config.link_absent, coherence),
            coherence: coherence.clone(),
            deadline: config.lookup_timeout,
            grace: config.cache_grace,
            origin: Instant::now(),
            resting_until: AtomicU64::new(0),
            hits: Counter::default(),
            misses: Counter::default(),
            lookups: Counter::default(),
        }))
    }

    /// Adds how the links are found to the metrics.
    pub fn register(&self, registry: &mut Registry) {
        let counters = [
            ("link_cache_hits", "Codes that were in memory", &self.0.hits),
            (
                "link_cache_misses",
                "Codes that were not, or could not be trusted",
                &self.0.misses,
            ),
            (
                "link_lookups",
                "Codes that the database was asked for",
                &self.0.lookups,
            ),
        ];
        for (name, help, counter) in counters {
            registry.register(name, help, counter.clone());
        }
        registry.register_collector(Box::new(Fill(self.clone())));
    }

    /// What is known of a code, if memory can be trusted: the hot path.
    pub fn hit(&self, name: &str) -> Option<Arc<Entry>> {
        let entry = self.trusted(name, LinkCache::get)?;
        self.0.hits.inc();
        Some(entry)
    }

    /// Whether this link is in memory and leads somewhere now. Not counted.
    pub fn is_live(&self, name: &str, now: DateTime<Utc>) -> bool {
        self.trusted(name, LinkCache::peek)
            .is_some_and(|entry| entry.standing(now) == Standing::Live)
    }

    fn trusted(
        &self,
        name: &str,
        look: impl Fn(&LinkCache, &str) -> Option<Arc<Entry>>,
    ) -> Option<Arc<Entry>> {
        let is_trusted = self.0.coherence.is_listening();
        is_trusted.then(|| look(&self.0.cache, name)).flatten()
    }

    /// What is known of a code that was no hit.
    pub async fn find(&self, wanted: &Wanted<'_>) -> AppResult<Arc<Entry>> {
        self.0.misses.inc();
        if self.0.coherence.is_listening() {
            return self.find_heard(wanted).await;
        }
        let found = self.find_unheard(wanted).await;
        if found.is_err() {
            // Memory may have been emptied because the notices are back, or just about to be.
            sleep(RETRY).await;
            if self.0.coherence.is_listening() {
                return self.find_heard(wanted).await;
            }
        }
        found
    }

    /// While notices arrive, what is in memory counts, and what is loaded stays there.
    async fn find_heard(&self, wanted: &Wanted<'_>) -> AppResult<Arc<Entry>> {
        let loading = self
            .0
            .cache
            .get_or_load(wanted.name, wanted.now, self.load(wanted));
        match timeout(self.0.deadline, loading).await {
            Ok(found) => found,
            Err(_) => Err(AppError::busy(&"a short link was not found in time")),
        }
    }

    async fn load(&self, wanted: &Wanted<'_>) -> AppResult<Entry> {
        self.0.lookups.inc();
        wanted.loader.look_up(wanted.domain, wanted.code).await
    }

    /// While no notices arrive the database decides, and memory only where that cannot be reached.
    async fn find_unheard(&self, wanted: &Wanted<'_>) -> AppResult<Arc<Entry>> {
        let fault = match self.ask(wanted).await {
            Ok(entry) => {
                let entry = Arc::new(entry);
                self.0.cache.keep(wanted.name, &entry, wanted.now);
                return Ok(entry);
            }
            Err(fault) => fault,
        };
        let is_graced = self
            .0
            .coherence
            .lost_for()
            .is_none_or(|lost| lost < self.0.grace);
        let kept = is_graced.then(|| self.0.cache.get(wanted.name)).flatten();
        kept.ok_or(fault)
    }

    /// After a look-up that failed the database is left alone for a while, and then asked by one
    /// reader for all: the others do not wait for a database that may be silent.
    async fn ask(&self, wanted: &Wanted<'_>) -> AppResult<Entry> {
        let Shared {
            resting_until,
            deadline,
            ..
        } = &*self.0;
        let resting = resting_until.load(Ordering::Relaxed);
        let is_resting = resting != 0
            && (self.elapsed() < resting
                || resting_until
                    .compare_exchange(
                        resting,
                        self.elapsed() + milliseconds(*deadline),
                        Ordering::Relaxed,
                        Ordering::Relaxed,
                    )
                    .is_err());
        if is_resting {
            return Err(AppError::unavailable(&"the last look-up has just failed"));
        }
        let answered = match timeout(*deadline, self.load(wanted)).await {
            Ok(answered) => answered,
            Err(_) => Err(AppError::busy(&"a short link was not found in time")),
        };
        let rest = answered
            .as_ref()
            .map_or_else(|_| self.elapsed() + milliseconds(REST), |_| 0);
        resting_until.store(rest, Ordering::Relaxed);
        answered
    }

    /// Milliseconds since `origin`.
    fn elapsed(&self) -> u64 {
        milliseconds(self.0.origin.elapsed())
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// How full the cache is, whenever somebody looks.
struct Fill(Links);

impl fmt::Debug for Fill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fill")
    }
}

impl Collector for Fill {
    fn encode(&self, mut out: DescriptorEncoder) -> fmt::Result {
        let (entries, bytes) = self.0.0.cache.size();
        let gauges = [
            ("link_cache_entries", "Codes in memory", entries),
            ("link_cache_bytes", "Memory that they take, about", bytes),
        ];
        for (name, help, value) in gauges {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            let encoder = out.encode_descriptor(name, help, None, gauge.metric_type())?;
            gauge.encode(encoder)?;
        }
        Ok(())
    }
}
