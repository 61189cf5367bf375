//! Settles what time has changed: which articles their tags count.

use crate::base::context::Context;

use super::model;

/// Looks for what is due, again and again, for as long as the service runs. Nothing that callers
/// see of an article waits for this; only the counts of its tags do.
pub async fn settle_forever(context: Context) {
    loop {
        match settle_all(&context).await {
            Ok(0) => {}
            Ok(settled) => log::info!("event=settled articles={settled}"),
            Err(fault) => log::warn!("event=settling_failed cause={:?}", fault.to_string()),
        }
        tokio::time::sleep(context.config.settle_interval).await;
    }
}

async fn settle_all(context: &Context) -> crate::base::error::AppResult<usize> {
    let mut connection = context.db.write().await?;
    let mut settled = 0;
    loop {
        match model::settle_due(&mut connection, context.clock.now()).await? {
            0 => return Ok(settled),
            some => settled += some,
        }
    }
}
