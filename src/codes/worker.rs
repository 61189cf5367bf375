//! Makes new codes longer before the short ones run out.

use std::time::Duration;

use super::model::{Minter, sample_fill};
use crate::base::{db::Database, error::AppResult};

/// Beyond this share of codes given out, a draw fails too often and a typing error too often hits
/// another code.
const FULL: f64 = 0.25;

/// How often the domains are sampled. A domain needs millions of codes to fill, so this is not urgent.
const INTERVAL: Duration = Duration::from_secs(60);

/// Samples every domain for as long as the service runs.
pub async fn watch_fill(db: Database, minter: Minter) {
    loop {
        if let Err(fault) = look(&db, &minter).await {
            log::warn!("event=code_fill_unknown cause={:?}", fault.to_string());
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

async fn look(db: &Database, minter: &Minter) -> AppResult<()> {
    let connection = db.pool().await?;
    for domain in minter.domains() {
        let length = minter.length(&domain);
        if sample_fill(&connection, &domain, length).await? > FULL {
            minter.lengthen(&domain, length + 1);
            log::info!(
                "event=codes_lengthened domain={domain} length={}",
                minter.length(&domain)
            );
        }
    }
    Ok(())
}
