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
    fn changed(&self, topic: Topic<'_>) {
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
        let now = context.clock.now();
        let (terms, names) = model::read(&mut *context.db.pool().await?, now).await?;
        let state = Arc::clone(&self.0);
        // On a thread of its own, and the former one is freed there too: each takes a quarter of a second.
        let making = tokio::task::spawn_blocking(move || {
            let made = Vocabulary::new(terms, names);
            let tags = made.len();
            state.vocabulary.store(Some(Arc::new(made)));
            tags
        });
        let tags = making.await.map_err(|fault| AppError::internal(&fault))?;
        let ms = begun.elapsed().as_millis();
        log::debug!("event=vocabulary_made tags={tags} ms={ms}");
        self.0.is_made.send_replace(true);
        Ok(())
    }
}
