//! Forgets what was answered too long ago to be asked for again.

use std::time::Duration;

use super::model;
use crate::base::{context::Context, error::AppResult};

/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(60);

/// Drops what is too old, again and again, for as long as the service runs. Nobody is answered out of it even
/// before it is dropped.
pub async fn forget_forever(context: Context) {
    loop {
        match forget_all(&context).await {
            Ok(0) => {}
            Ok(forgotten) => log::info!("event=retries_forgotten count={forgotten}"),
            Err(fault) => log::warn!("event=forgetting_failed cause={:?}", fault.to_string()),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn forget_all(context: &Context) -> AppResult<usize> {
    let mut connection = context.db.write().await?;
    let oldest = context.clock.now() - context.config.idempotency_keep;
    let mut forgotten = 0;
    loop {
        match model::forget(&mut connection, oldest).await? {
            0 => return Ok(forgotten),
            some => forgotten += some,
        }
    }
}
