//! Waiting for what happens by itself.

use std::time::{Duration, Instant};

/// Waits until something is so, for as long as a slow machine may take.
pub async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !is_so().await {
        assert!(begin.elapsed() < Duration::from_secs(20), "it is never so");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
