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
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let service = bench.service("dateline", &NO_CACHE)?;
    let first = codes::alias(1);
    let job = job(bench, &service, &first)?;
    // In the place of the service, on the core of Postgres; the other core is idle then.
    let beside = Job {
        core: bench.cores.served,
        ..job.clone()
    };
    let paths = bench.paths("misses", (1..=bench.scale.articles).map(codes::alias))?;
    let ours = bench.readers(service.public, &paths);
    bench.measure(Some(service.id()), &ours)?;

    let mut findings = Vec::new();
    for (job, measure, place) in [
        (&beside, "throughput", "in the service's place, on the core of Postgres"),
        (&job, "throughput_apart", "with a core of its own, which the service has not"),
    ] {
        let best = best(bench, job)?;
        let turns = Turns::take(
            bench.scale.rounds,
            || bench.measure_pgbench(job, &best, bench.scale.seconds),
            || bench.measure(Some(service.id()), &ours),
        )?;
        let against = format!("{}, {place}", best.name());
        findings.push(Finding {
            measure,
            ..Finding::throughput(&turns, against)
        });
    }
    Ok(findings)
}

/// The look-up of the service for pgbench, apart from it, over all numbers.
fn job(bench: &Bench, service: &Service, first: &str) -> Result<Job> {
    let statement = look_up::capture(&bench.postgres, service, first)?;
    let (statement, defined) = statement.for_pgbench(first);
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
