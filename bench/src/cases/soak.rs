use crate::{
    Result,
    articles::{self, NEWSROOM},
    bench::{Bench, WRITTEN, say},
    finding::{Finding, Unit},
    newcomers,
    statistics::Spread,
    wrk::UNCACHED,
};

/// What it shows.
pub const ABOUT: &str = "resident memory over minutes of redirects, reads, lists and writes in turn";

/// Slices of the time; each kind of request has every fourth.
const SLICES: u64 = 20;

/// Measures. The beginning is when everything has been asked for once.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    bench.ensure_written()?;
    let service = bench.service(WRITTEN, &[])?;
    let server = Some(service.id());
    let seconds = (bench.scale.soak_seconds / SLICES).max(1);
    let slice = |mut load: crate::wrk::Load| {
        load.seconds = seconds;
        load
    };
    let paths = (1..=bench.scale.articles).map(articles::path);
    let paths = bench.paths("read", paths)?;
    let redirects = slice(bench.readers(service.public, &bench.paths("hits", bench.codes())?));
    let reads = slice(bench.readers(service.api, &paths));
    let mut pages = slice(bench.readers(service.api, &bench.paths("pages", NEWSROOM.lists())?));
    UNCACHED.clone_into(&mut pages.headers);
    let new = newcomers::articles(bench, &service, WRITTEN, NEWSROOM)?;

    let mut resident = Vec::new();
    for _ in 0..SLICES / 4 {
        bench.measure(server, &redirects)?;
        bench.measure(server, &reads)?;
        bench.measure(server, &pages)?;
        new.measure(bench, server, seconds)?;
        resident.push(service.resident_mb()?);
    }
    say(&format!("resident: {resident:.1?} MB"));
    let (first, last) = (resident[0], resident[resident.len() - 1]);
    Ok(vec![
        Finding::new("growth", Unit::Ratio, Some(Spread::once(last / first)))
            .against(format!("the first of {} rounds of {} s", resident.len(), seconds * 4))
            .note(format!("{first:.1} MB, then {last:.1} MB")),
    ])
}
