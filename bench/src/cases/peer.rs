use std::net::ToSocketAddrs;

use crate::{Result, bench::Bench, finding::Finding, passes::Turns, wrk::Load};

/// What it shows.
pub const ABOUT: &str = "other shorteners that run already, named by --peer, beside the bare handler";

/// Measures. A peer runs wherever it was started, so its core is not ours to choose.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let service = bench.service("dateline", &[])?;
    let paths = bench.paths("hits", bench.codes())?;
    let limit = bench.limit(service.public, &paths)?;
    let theirs = bench.readers(limit.address, &paths);
    let mut findings = Vec::new();
    for (name, url) in &bench.peers {
        let peer = load(bench, name, url)?;
        bench.measure(None, &peer)?;
        let turns = Turns::take(
            bench.scale.rounds,
            || bench.measure(Some(limit.id()), &theirs),
            || bench.measure(None, &peer),
        )?;
        let finding = Finding::throughput(&turns, "the bare actix handler of redirect_hit");
        findings.push(finding.note(format!("peer: {name}, wherever it was started")));
    }
    Ok(findings)
}

fn load(bench: &Bench, name: &str, url: &str) -> Result<Load> {
    let rest = url.strip_prefix("http://").ok_or("a peer's address begins with http://")?;
    let (host, code) = rest.split_once('/').unwrap_or((rest, ""));
    let mut addresses = host.to_socket_addrs()?;
    let address = addresses.next().ok_or("a peer's address has no port")?;
    let paths = bench.paths(&format!("peer-{name}"), std::iter::once(code.to_owned()))?;
    Ok(Load {
        host: host.to_owned(),
        ..bench.readers(address, &paths)
    })
}
