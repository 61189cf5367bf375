//! What the service tells of its work.

use std::time::Duration;

use reqwest::Method;

use super::{TestApp, until};

impl TestApp {
    /// A number of `/metrics`, by its name behind `dateline_`.
    pub async fn metric(&self, name: &str) -> u64 {
        let text = self.anybody().get("/metrics").await.expect(200).text();
        let line = format!("dateline_{name} ");
        let value = text.lines().find_map(|told| told.strip_prefix(&line));
        value.expect(name).parse().expect(name)
    }

    /// How many requests a limit ended.
    pub async fn limited(&self, limit: &str) -> u64 {
        let name = format!("http_requests_limited_total{{limit=\"{limit}\"}}");
        self.metric(&name).await
    }

    /// Waits until nobody has a connection of the pool.
    pub async fn until_idle(&self) {
        until(async || {
            let open = self.metric("database_pool_connections").await;
            self.metric("database_pool_idle_connections").await == open
        })
        .await;
    }

    /// How often the database was asked for a code.
    pub async fn lookups(&self) -> u64 {
        self.metric("link_lookups_total").await
    }

    /// Waits until the instance hears of changes and answers out of memory.
    pub async fn listening(&self) {
        for _ in 0..1000 {
            let hits = self.metric("link_cache_hits_total").await;
            for _ in 0..2 {
                self.follow(Method::GET, "exmp.news", "/is-it-listening")
                    .await;
            }
            if self.metric("link_cache_hits_total").await > hits {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the instance never listens");
    }
}
