//! What `deploy/` asks of `/metrics`

use std::{collections::BTreeSet, path::Path};

use crate::support::TestApp;

/// The service's own metrics that a text names, a histogram by its name alone.
fn named(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let ours = words.filter(|word| word.starts_with("dateline_") || word.starts_with("process_"));
    ours.map(|word| word.strip_suffix("_bucket").unwrap_or(word))
        .collect()
}

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join("deploy").join(path)).expect(path)
}

#[tokio::test]
async fn dashboard_and_alerts_name_metrics_that_there_are() {
    let app = TestApp::start().await;
    app.anybody().get("/livez").await;
    let told = app.anybody().get("/metrics").await.expect(200).text();
    let lines = told.lines().filter(|line| !line.starts_with('#'));
    let names = lines.filter_map(|line| line.split(['{', ' ']).next());
    // Of a histogram, dashboard and alerts use the buckets.
    let known: BTreeSet<&str> = names
        .filter(|name| !name.ends_with("_sum") && !name.ends_with("_count"))
        .map(|name| name.strip_suffix("_bucket").unwrap_or(name))
        .collect();

    let dashboard = read("grafana/dateline.json");
    assert_eq!(named(&dashboard), known, "the dashboard shows all there is");
    for path in ["prometheus/rules.yaml", "prometheus/rules.test.yaml"] {
        let text = read(path);
        let unknown: Vec<_> = named(&text).difference(&known).copied().collect();
        assert!(unknown.is_empty(), "{path}: {unknown:?} of {known:?}");
    }
}
