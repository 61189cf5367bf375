use crate::{
    Result,
    bench::{Bench, say},
    codes,
    finding::{Finding, Unit},
    service::Service,
    statistics::Spread,
    wrk::Load,
};

/// What it shows.
pub const ABOUT: &str = "resident memory: idle, with a full cache, and over many redirects";

/// What the cache may take, as the service is told.
const CACHE_MB: f64 = 64.0;

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    bench.ensure_links(bench.scale.links)?;
    let count = usize::try_from(bench.scale.links)?;
    let paths = bench.paths("all", codes::sound().take(count))?;
    let service = bench.service("dateline", &[("LINK_CACHE_BYTES", "67108864")])?;
    let idle = service.resident_mb()?;

    let mut load = bench.readers(service.public, &paths);
    load.seconds = 5;
    let mut done = follow(bench, &service, &mut load, 0.0, bench.scale.links)?;
    let full = service.resident_mb()?;
    let mut later = Vec::new();
    for slice in 1..=10 {
        let goal = bench.scale.links + bench.scale.redirects * slice / 10;
        done = follow(bench, &service, &mut load, done, goal)?;
        later.push(service.resident_mb()?);
    }
    say(&format!("resident: idle {idle:.1} MB, full {full:.1} MB, later {later:.1?} MB"));

    let last = later.last().copied().unwrap_or(full);
    let beyond = later.iter().map(|resident| resident - CACHE_MB);
    let redirects = bench.scale.redirects;
    Ok(vec![
        Finding::new("idle", Unit::Megabytes, Some(Spread::once(idle)))
            .against("started, and not asked yet"),
        Finding::new("beyond_caches", Unit::Megabytes, Spread::of(beyond))
            .against(format!("more than the {CACHE_MB:.0} MB of the cache, over {redirects} redirects")),
        Finding::new("growth", Unit::Ratio, Some(Spread::once(last / full)))
            .against(format!("after {redirects} redirects, beside the moment at which all links had been followed once"))
            .note(format!("{full:.1} MB, then {last:.1} MB")),
    ])
}

/// Follows links in turn until so many redirects have been made; returns how many they were.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of requests"
)]
fn follow(
    bench: &Bench,
    service: &Service,
    load: &mut Load,
    mut done: f64,
    goal: u64,
) -> Result<f64> {
    while done < goal as f64 {
        load.first = done as u64;
        done += bench.measure(Some(service.id()), load)?.requests;
    }
    Ok(done)
}
