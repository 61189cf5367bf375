use crate::{
    Result,
    bench::Bench,
    codes,
    finding::Finding,
    look_up,
    passes::Turns,
    pgbench::Job,
    service::Service,
};

/// What it shows.
pub const ABOUT: &str = "a redirect that asks the database, beside pgbench with the very same statement";

/// Settings under which nothing is found in a cache.
const NO_CACHE: [(&str, &str); 1] = [("LINK_CACHE_BYTES", "0")];

/// Measures. The links are the numbers, because pgbench can draw those.
///
/// Whoever asks Postgres shares its core first, as in all other cases, and is then on the other one,
/// where the service has wrk beside it.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let paths = bench.paths("misses", (1..=bench.scale.articles).map(codes::alias))?;
    let mut findings = Vec::new();
    for (core, measure, place) in [
        (bench.cores.served, "throughput", "on the core of Postgres; wrk has the other one"),
        (bench.cores.generator, "throughput_apart", "Postgres has a core of its own"),
    ] {
        let service = bench.service_on(core, "dateline", &NO_CACHE)?;
        let job = Job {
            core,
            ..job(bench, &service)?
        };
        let ours = bench.readers(service.public, &paths);
        bench.measure(Some(service.id()), &ours)?;
        let best = bench.best_of_pgbench(&job)?;
        let turns = Turns::take(
            bench.scale.rounds,
            || bench.measure_pgbench(&job, &best, bench.scale.seconds),
            || bench.measure(Some(service.id()), &ours),
        )?;
        findings.push(Finding {
            measure,
            ..Finding::throughput(&turns, format!("{}; {place}", best.name()))
        });
    }
    Ok(findings)
}

/// The look-up of the service for pgbench, over all numbers.
fn job(bench: &Bench, service: &Service) -> Result<Job> {
    let first = codes::alias(1);
    let path = format!("/{first}");
    let statements = look_up::capture(&bench.postgres, service.public, &path, &first)?;
    let (statements, defined) = look_up::for_pgbench(&statements, &first, ":code::text");
    let last = codes::alias(bench.scale.articles);
    let script = format!("\\set code random({first}, {last})\n{statements}");
    Ok(bench.job("dateline", script, defined))
}
