//! What is kept in memory for as long as it stands: links, and finished answers.

use std::sync::Arc;

use quick_cache::{Weighter, sync};

use super::{basis::Basis, coherence::Coherence};

/// Memory that the cache takes for each value besides the value and its name, in bytes, about.
const OVERHEAD_BYTES: usize = 160;

/// Values whose size nobody has measured yet, for the first size of the cache's tables.
const TYPICAL_BYTES: usize = 1024;

/// What can be kept.
pub trait Keep {
    /// What it rests on.
    fn basis(&self) -> &Basis;

    /// Memory that it takes, in bytes, about.
    fn bytes(&self) -> usize;
}

/// Values by their names, in so much memory; whatever a notice has voided is as if it were not there.
pub struct Cache<V> {
    kept: sync::Cache<String, Arc<V>, Size>,
    coherence: Coherence,
}

#[derive(Clone)]
struct Size;

impl<V: Keep> Weighter<String, Arc<V>> for Size {
    fn weight(&self, name: &String, value: &Arc<V>) -> u64 {
        (name.len() + value.bytes() + OVERHEAD_BYTES) as u64
    }
}

impl<V: Keep> Cache<V> {
    /// A cache of at most `bytes`.
    pub fn new(bytes: u64, coherence: &Coherence) -> Self {
        let items = usize::try_from(bytes).unwrap_or(usize::MAX) / TYPICAL_BYTES;
        Self {
            kept: sync::Cache::with_weighter(items, bytes, Size),
            coherence: coherence.clone(),
        }
    }

    /// What has this name. Whether notices arrive at all is for the caller to ask.
    pub fn get(&self, name: &str) -> Option<Arc<V>> {
        self.kept.get(name).filter(|value| self.stands(value))
    }

    /// The same, without counting the look as a use.
    pub fn peek(&self, name: &str) -> Option<Arc<V>> {
        self.kept.peek(name).filter(|value| self.stands(value))
    }

    fn stands(&self, value: &Arc<V>) -> bool {
        self.coherence.upholds(value.basis())
    }

    /// What has this name, after `load` where nothing has; all who wait for the same name share one load, unless
    /// a notice voids it before they get it.
    pub async fn get_or_load<E>(
        &self,
        name: &str,
        load: impl Future<Output = Result<Arc<V>, E>>,
    ) -> Result<Arc<V>, E> {
        let guard = loop {
            match self.kept.get_value_or_guard_async(name).await {
                Ok(value) if self.stands(&value) => return Ok(value),
                Ok(_) => drop(self.kept.remove(name)),
                Err(guard) => break guard,
            }
        };
        let value = load.await?;
        // Where somebody took the place away, it is answered all the same, and not kept.
        let _ = guard.insert(Arc::clone(&value));
        Ok(value)
    }

    /// Keeps a value.
    pub fn keep(&self, name: String, value: Arc<V>) {
        self.kept.insert(name, value);
    }

    /// Forgets what has this name.
    pub fn forget(&self, name: &str) {
        self.kept.remove(name);
    }

    /// Values, and the bytes that they take.
    pub fn size(&self) -> (u64, u64) {
        (self.kept.len() as u64, self.kept.weight())
    }
}
