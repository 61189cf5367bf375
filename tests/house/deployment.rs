//! What `deploy/` says of the service.

use std::collections::BTreeSet;

use dateline::base::config::VARIABLES;

use crate::source::read;

const MANIFESTS: &[&str] = &[
    "deploy/kubernetes/10-settings.yaml",
    "deploy/kubernetes/20-migrate.yaml",
    "deploy/kubernetes/30-deployment.yaml",
    "deploy/kubernetes/example/secret.yaml",
];

/// The lines of the manifests, without what is around them.
fn manifests() -> Vec<String> {
    let texts = MANIFESTS.iter().map(|path| read(path));
    let lines = texts.flat_map(|text| {
        let lines = text.lines().map(|line| line.trim().to_owned());
        lines.collect::<Vec<_>>()
    });
    lines.collect()
}

/// The number behind the only such beginning of a line.
fn number(beginning: &str) -> u64 {
    let lines = manifests();
    let mut found = lines.iter().filter_map(|line| line.strip_prefix(beginning));
    let value = found.next().expect(beginning);
    assert!(found.next().is_none(), "{beginning} twice");
    let digits = value.trim_matches(|c: char| !c.is_ascii_digit());
    digits.parse().expect(beginning)
}

#[test]
fn the_manifests_name_variables_that_the_service_reads() {
    let lines = manifests();
    let names = lines.iter().filter_map(|line| {
        let name = line
            .strip_prefix("- name: ")
            .or_else(|| line.strip_prefix("key: "));
        name.or_else(|| line.split_once(": ").map(|(name, _)| name))
    });
    let is_variable = |name: &&str| {
        name.contains(char::is_uppercase)
            && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    };
    let named: BTreeSet<&str> = names.filter(is_variable).collect();
    let known: BTreeSet<&str> = VARIABLES.iter().map(|variable| variable.name).collect();
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(named.len() > 4, "{named:?}");
    assert!(
        unknown.is_empty(),
        "deploy/kubernetes: nobody reads {unknown:?}"
    );
}

#[test]
fn the_manifests_run_this_version() {
    let image = concat!("image: dateline:", env!("CARGO_PKG_VERSION"));
    let lines = manifests();
    let images: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("image:"))
        .collect();
    assert_eq!(images, [image, image]);
}

#[test]
fn an_instance_is_given_the_time_that_it_may_take_to_stop() {
    let (grace, pause) = (
        number("terminationGracePeriodSeconds: "),
        number("command: [sleep, "),
    );
    // Once for requests in flight, once for visits that are still to be written.
    let stop = 2 * number("SHUTDOWN_TIMEOUT_S: ");
    assert!(grace >= pause + stop, "{grace} of {pause} + {stop}");
}

#[test]
fn every_alert_has_an_entry_on_the_operators_page() {
    let (rules, page) = (
        read("deploy/prometheus/rules.yaml"),
        read("deploy/README.md"),
    );
    let alerts: Vec<&str> = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "))
        .collect();
    let entries: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .filter(|title| title.starts_with("Dateline"))
        .collect();
    assert_eq!(alerts, entries, "deploy/README.md");
    for alert in alerts {
        let runbook = format!("runbook: deploy/README.md#{}", alert.to_lowercase());
        let is_named = rules.lines().any(|line| line.trim() == runbook);
        assert!(
            is_named,
            "deploy/prometheus/rules.yaml: {alert} names no {runbook}"
        );
    }
}
