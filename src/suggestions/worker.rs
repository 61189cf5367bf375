//! Keeps the names of all tags in memory in step with the tables.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use tokio::sync::{Notify, watch};

use super::{model, vocabulary::Vocabulary};
use crate::{
    base::{
        coherence::Subscriber,
        context::Context,
        error::{AppError, AppResult, Code},
        notices::Topic,
    },
    tags::VOCABULARY,
};

/// Pause between a change and the making of the next vocabulary, so that many changes make one.
const PAUSE: Duration = Duration::from_millis(500);

/// Pause after a reading that failed.
const RETRY: Duration = Duration::from_secs(1);

/// How long a caller waits for the first vocabulary.
const FIRST: Duration = Duration::from_secs(10);

/// The vocabulary as it is; clones share it.
#[derive(Clone)]
pub struct Terms(Arc<State>);

struct State {
    vocabulary: ArcSwapOption<Vocabulary>,
    changed: Notify,
    is_made: watch::Sender<bool>,
}

impl Default for Terms {
    fn default() -> Self {
        Self(Arc::new(State {
            vocabulary: ArcSwapOption::empty(),
            changed: Notify::new(),
            is_made: watch::Sender::new(false),
        }))
    }
}

impl Subscriber for Terms {
    fn changed(&self, topic: Topic<'_>, _: &str) {
        if topic == VOCABULARY {
            self.0.changed.notify_one();
        }
    }

    fn reset(&self) {
        self.0.changed.notify_one();
    }
}

impl Terms {
    /// The vocabulary; the first one is waited for.
    pub async fn current(&self) -> AppResult<Arc<Vocabulary>> {
        let mut is_made = self.0.is_made.subscribe();
        let made = tokio::time::timeout(FIRST, is_made.wait_for(|is_made| *is_made)).await;
        let vocabulary = made.ok().and_then(|_| self.0.vocabulary.load_full());
        vocabulary.ok_or_else(|| {
            AppError::new(Code::DatabaseUnavailable, "The vocabulary is not read yet.")
        })
    }

    /// Makes the vocabulary anew whenever a name has changed, for as long as the service runs.
    pub async fn make_forever(self, context: Context) {
        loop {
            while let Err(fault) = self.make(&context).await {
                log::warn!("event=vocabulary_unknown cause={:?}", fault.to_string());
                tokio::time::sleep(RETRY).await;
            }
            self.0.changed.notified().await;
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn make(&self, context: &Context) -> AppResult<()> {
        let begun = Instant::now();
        let mut connection = context.db.pool().await?;
        let made = model::read(&mut connection, context.clock.now()).await?;
        let (tags, ms) = (made.len(), begun.elapsed().as_millis());
        log::debug!("event=vocabulary_made tags={tags} ms={ms}");
        self.0.vocabulary.store(Some(Arc::new(made)));
        self.0.is_made.send_replace(true);
        Ok(())
    }
}
