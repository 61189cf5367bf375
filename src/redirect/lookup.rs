//! From a code to what it leads to: out of memory, else out of the database.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, timeout};

use super::{cache::LinkCache, entry::Entry, model};
use crate::base::{
    coherence::Coherence,
    context::Context,
    error::{AppError, AppResult},
};

/// After a look-up that failed while no notices arrive, the database is left alone for this long.
const REST: Duration = Duration::from_millis(250);

/// What every worker looks codes up with; clones share it.
#[derive(Clone)]
pub struct Lookup(Arc<Shared>);

struct Shared {
    cache: LinkCache,
    coherence: Coherence,
    /// How long a reader waits for the database.
    deadline: Duration,
    /// For how long the cache answers while the database cannot be reached.
    grace: Duration,
    origin: Instant,
    /// Milliseconds from `origin` until which the database is left alone.
    resting_until: AtomicU64,
    counts: LookupCounts,
}
