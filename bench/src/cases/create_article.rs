use crate::{
    Result,
    articles::NEWSROOM,
    bench::{Bench, WRITTEN},
    finding::Finding,
    newcomers,
    passes::Turns,
};

/// What it shows.
pub const ABOUT: &str = "an article made with five tags and its short link, beside pgbench with the same rows";

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    bench.ensure_written()?;
    let service = bench.service(WRITTEN, &[])?;
    let ours = newcomers::articles(bench, &service, WRITTEN, NEWSROOM)?;
    let job = newcomers::article_rows(bench, WRITTEN)?;
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
