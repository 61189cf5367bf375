use std::path::PathBuf;

use crate::{
    Result,
    bench::Bench,
    codes,
    finding::{Finding, Unit},
    ongoing::Ongoing,
    passes::Turns,
    service::Service,
    statistics::Spread,
    zipf::Zipf,
};

/// What it shows.
pub const ABOUT: &str = "readers of many links, few often and many seldom, with the cache as it is by default";

/// Draws in the file; they come again only after all of them.
const DRAWS: usize = 2_000_000;
/// Spreads the often followed links over the table. A prime, so that no link comes twice.
const STRIDE: u64 = 7_919;

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    bench.ensure_links(bench.scale.links)?;
    let service = bench.service("dateline", &[])?;
    let server = Some(service.id());
    let hits = bench.paths("hits", bench.codes())?;
    let limit = bench.limit(service.public, &hits)?;
    let theirs = bench.readers(limit.address, &hits);
    let mixed = Ongoing::new(bench.readers(service.public, &draws(bench)?));
    bench.measure(Some(limit.id()), &theirs)?;
    // Twice as long: the cache fills.
    mixed.measure(bench, server, bench.scale.seconds * 2)?;

    let before = hits_and_misses(&service)?;
    let turns = Turns::take(
        bench.scale.rounds,
        || bench.measure(Some(limit.id()), &theirs),
        || mixed.measure(bench, server, bench.scale.seconds),
    )?;
    let links = bench.scale.links;
    let against = format!("the bare actix handler of redirect_hit; {links} links, s = 1");
    let mut findings = vec![Finding::throughput(&turns, against)];
    findings.push(match (before, hits_and_misses(&service)?) {
        (Some(before), Some(after)) => {
            let (hits, misses) = (after.0 - before.0, after.1 - before.1);
            let rate = Spread::once(100.0 * hits / (hits + misses).max(1.0));
            Finding::new("hit_rate", Unit::Percent, Some(rate))
                .against("all look-ups, after the cache has been filled")
        }
        _ => Finding::absent("hit_rate", "the service does not count hits and misses yet"),
    });
    Ok(findings)
}

fn hits_and_misses(service: &Service) -> Result<Option<(f64, f64)>> {
    let hits = service.metric("dateline_link_cache_hits_total")?;
    Ok(hits.zip(service.metric("dateline_link_cache_misses_total")?))
}

fn draws(bench: &Bench) -> Result<PathBuf> {
    let count = usize::try_from(bench.scale.links)?;
    let codes: Vec<String> = codes::sound().take(count).collect();
    let mut zipf = Zipf::new(codes.len());
    let mut draw = || {
        let rank = u64::try_from(zipf.draw()).unwrap_or_default();
        let place = rank * STRIDE % bench.scale.links;
        codes[usize::try_from(place).unwrap_or_default()].clone()
    };
    bench.paths("zipf", (0..DRAWS).map(|_| draw()))
}
