use crate::{
    Result,
    bench::{Bench, say},
    codes,
    finding::Finding,
    look_up,
    passes::Turns,
    pgbench::{self, Job, Variant},
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
        let best = best(bench, &job)?;
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
    let statement = look_up::capture(&bench.postgres, service, &first)?;
    let (statement, defined) = statement.for_pgbench(&first);
    let last = codes::alias(bench.scale.articles);
    Ok(Job {
        url: bench.postgres.url("dateline"),
        draw: format!("\\set code random({first}, {last})"),
        statement,
        defined,
        folder: bench.file(""),
        core: bench.cores.generator,
    })
}

fn best(bench: &Bench, job: &Job) -> Result<Variant> {
    let mut best: Option<(f64, Variant)> = None;
    for variant in pgbench::variants() {
        let rate = bench.measure_pgbench(job, &variant, 2)?.rate;
        say(&format!("{}: {rate:.0} per second", variant.name()));
        if best.as_ref().is_none_or(|(fastest, _)| rate > *fastest) {
            best = Some((rate, variant));
        }
    }
    best.map(|(_, variant)| variant)
        .ok_or_else(|| "no variant of pgbench".into())
}
