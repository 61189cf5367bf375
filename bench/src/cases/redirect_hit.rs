use crate::{
    Result,
    bench::Bench,
    finding::{Finding, Unit},
    passes::Turns,
    process,
    statistics::Spread,
    wrk,
};

/// What it shows.
pub const ABOUT: &str = "a redirect from the cache with its visit counted, beside a bare handler";

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let service = bench.service("dateline", &[])?;
    let paths = bench.paths("hits", bench.codes())?;
    let limit = bench.limit(&service, &paths)?;
    let theirs = bench.readers(limit.address, &paths);
    let ours = bench.readers(service.public, &paths);
    bench.measure(Some(limit.id()), &theirs)?;
    bench.measure(Some(service.id()), &ours)?;

    let before = counted_at_rest(bench)?;
    let turns = Turns::take(
        bench.scale.rounds,
        || bench.measure(Some(limit.id()), &theirs),
        || bench.measure(Some(service.id()), &ours),
    )?;
    let counted = counted_at_rest(bench)? - before;
    let answered: f64 = turns.ours.iter().map(|pass| pass.requests).sum();
    let p99 = Finding::new("p99", Unit::Ratio, turns.ratio(|pass| pass.p99_ms));
    let share = Some(Spread::once(counted / answered));
    let counted = Finding::new("counted", Unit::Ratio, share)
        .against("redirects that wrk has seen answered")
        .note(format!(
            "{counted:.0} visits of {answered:.0} redirects; up to {} of each pass were under way when wrk stopped",
            wrk::CONNECTIONS
        ));
    let against = "a bare actix handler that answers the same bytes from a static map";
    Ok(vec![
        Finding::throughput(&turns, against),
        p99.against("the same, time in which 99 of 100 are answered"),
        counted,
    ])
}

/// Visits of people in the database, once they no longer change.
fn counted_at_rest(bench: &Bench) -> Result<f64> {
    let sql = "select coalesce(sum(people), 0) from visit_totals;";
    let count = || -> Result<f64> { Ok(bench.postgres.sql("dateline", sql)?.parse()?) };
    let mut last = -1.0;
    process::until(30, || {
        // Longer than the pause between two flushes.
        std::thread::sleep(std::time::Duration::from_millis(2500));
        let now = count()?;
        let is_at_rest = now <= last;
        last = now;
        if is_at_rest { Ok(now) } else { Err("still counting".into()) }
    })
}
