use crate::{
    Result, articles,
    bench::Bench,
    finding::Finding,
    look_up,
    passes::Turns,
    pgbench::Job,
    service::Service,
    wrk::{Load, UNCACHED},
};

/// What it shows.
pub const ABOUT: &str = "an article that the database is asked for, beside pgbench with the very same statements";

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let service = bench.service("dateline", &[])?;
    let paths = (1..=bench.scale.articles).map(articles::path);
    let ours = Load {
        headers: UNCACHED.to_owned(),
        ..bench.readers(service.api, &bench.paths("articles", paths)?)
    };
    let (job, statements) = job(bench, &service)?;
    bench.measure(Some(service.id()), &ours)?;
    let best = bench.best_of_pgbench(&job)?;
    let turns = Turns::take(
        bench.scale.rounds,
        || bench.measure_pgbench(&job, &best, bench.scale.seconds),
        || bench.measure(Some(service.id()), &ours),
    )?;
    let finding = Finding::throughput(&turns, format!("{}, for the same job", best.name()));
    Ok(vec![finding.note(format!("{statements} statements each"))])
}

/// The look-up of the service for pgbench, over all articles; and how many statements it takes.
fn job(bench: &Bench, service: &Service) -> Result<(Job, usize)> {
    let (id, path) = (articles::id(1), format!("/{}", articles::path(1)));
    let statements = look_up::capture(&bench.postgres, service.api, &path, &id)?;
    let (script, defined) = look_up::for_pgbench(&statements, &id, articles::ID);
    let script = format!("\\set n random(1, {})\n{script}", bench.scale.articles);
    Ok((bench.job("dateline", script, defined), statements.len()))
}
