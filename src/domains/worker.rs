//! Keeps the short domains in memory in step with the table.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;

use super::{DOMAIN, model};
use crate::base::{coherence::Subscriber, context::Context, error::AppResult, notices::Topic};

/// Pause after a reading that failed.
const RETRY: Duration = Duration::from_millis(500);

/// Learns that the domains have to be read again; clones share it.
#[derive(Clone, Default)]
pub struct Watch(Arc<Notify>);

impl Subscriber for Watch {
    fn changed(&self, topic: Topic<'_>) {
        if topic == DOMAIN {
            self.0.notify_one();
        }
    }

    fn reset(&self) {
        self.0.notify_one();
    }
}

impl Watch {
    /// Reads the domains whenever they have to be, for as long as the service runs.
    pub async fn reload_forever(self, context: Context) {
        loop {
            self.0.notified().await;
            while let Err(fault) = reload(&context).await {
                log::warn!("event=domains_unknown cause={:?}", fault.to_string());
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Reads the domains into memory.
pub async fn reload(context: &Context) -> AppResult<()> {
    let _turn = context.domains.turn().await;
    let (bases, now) = (&context.config.short_base_urls, context.clock.now());
    let known = model::known(&mut *context.db.pool().await?, bases, now).await?;
    context.domains.replace(known);
    // Finished answers show short addresses.
    context.coherence.void_all();
    Ok(())
}
