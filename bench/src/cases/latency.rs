use crate::{
    Result,
    articles::{self, NEWSROOM},
    bench::Bench,
    finding::{Finding, Unit},
    statistics::Spread,
    wrk::{Load, Scheduled, UNCACHED},
};

/// What it shows.
pub const ABOUT: &str = "what 99 of 100 answers take at half of the load that the service can bear, by an open loop";

/// Measures. The most that can be borne is what wrk gets out of the same service just before.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let service = bench.service("dateline", &[])?;
    let paths = bench.paths("articles", (1..=bench.scale.articles).map(articles::path))?;
    let redirects = bench.readers(service.public, &bench.paths("hits", bench.codes())?);
    let cached = bench.readers(service.api, &paths);
    let headers = UNCACHED.to_owned();
    let uncached = Load {
        headers: headers.clone(),
        ..cached.clone()
    };
    let pages = Load {
        headers,
        ..bench.readers(service.api, &bench.paths("pages", NEWSROOM.lists())?)
    };
    [
        ("redirect", redirects),
        ("article_cached", cached),
        ("article_uncached", uncached),
        ("page", pages),
    ]
    .into_iter()
    .map(|(measure, load)| at_half_load(bench, service.id(), measure, &load))
    .collect()
}

fn at_half_load(bench: &Bench, server: u32, measure: &'static str, load: &Load) -> Result<Finding> {
    // Once to warm up.
    bench.measure(Some(server), load)?;
    let most = bench.measure(Some(server), load)?.rate;
    let passes = (0..bench.scale.rounds).map(|_| bench.measure_scheduled(load, most / 2.0));
    let passes = passes.collect::<Result<Vec<_>>>()?;
    let ms = |value: fn(&Scheduled) -> f64| {
        Spread::of(passes.iter().map(|pass| value(pass) / 1000.0))
    };
    let median = |spread: Option<Spread>| spread.map_or(0.0, |spread| spread.median);
    let (p50, slowest) = (median(ms(|pass| pass.p50_us)), median(ms(|pass| pass.max_us)));
    let (p99, late) = (ms(|pass| pass.p99_us), median(ms(|pass| pass.late_p99_us)));
    let mut finding = Finding::new(measure, Unit::Milliseconds, p99)
        .against("nothing: from the moment at which a request is due until its answer is there")
        .note(format!(
            "{:.0} per second, of {most:.0} at most; p50 {p50:.2} ms, the slowest {slowest:.1} ms",
            most / 2.0
        ));
    if late > median(p99) / 5.0 {
        finding = finding.note(format!("NOISY: the generator itself was {late:.2} ms late"));
    }
    Ok(finding)
}
