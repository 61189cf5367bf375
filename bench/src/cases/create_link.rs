use crate::{
    Result,
    bench::{Bench, WRITTEN},
    finding::Finding,
    newcomers,
    passes::Turns,
};

/// What it shows.
pub const ABOUT: &str = "a short link made for an address, beside pgbench with the same rows";

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    bench.ensure_written()?;
    let service = bench.service(WRITTEN, &[])?;
    let ours = newcomers::links(bench, &service, WRITTEN)?;
    let job = newcomers::link_rows(bench, WRITTEN);
    let seconds = bench.scale.seconds;
    ours.measure(bench, Some(service.id()), seconds)?;
    let best = bench.best_of_pgbench(&job)?;
    let turns = Turns::take(
        bench.scale.rounds,
        || bench.measure_pgbench(&job, &best, seconds),
        || ours.measure(bench, Some(service.id()), seconds),
    )?;
    let against = format!("{}, the same rows in one transaction", best.name());
    Ok(vec![Finding::throughput(&turns, against)])
}
