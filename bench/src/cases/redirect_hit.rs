use std::cell::Cell;

use crate::{
    Result,
    bench::Bench,
    finding::{Finding, Unit},
    passes::Turns,
    statistics::Spread,
    wrk::{self, Load},
};

/// What it shows.
pub const ABOUT: &str = "a redirect from the cache with its visit counted, beside a bare handler";

/// Seconds in which a service that has just started gets all links into its memory.
const WARM_UP_S: u64 = 2;

/// Measures. Each turn of ours is a service of its own, which has written all its visits when it ends:
/// the limit's turns are undisturbed by what was counted in ours.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let paths = bench.paths("hits", bench.codes())?;
    let service = bench.service("dateline", &[])?;
    let limit = bench.limit(service.public, &paths)?;
    drop(service);
    let theirs = bench.readers(limit.address, &paths);
    bench.measure(Some(limit.id()), &theirs)?;

    let (before, answered) = (counted(bench)?, Cell::new(0.0));
    let ours = || {
        let service = bench.service("dateline", &[])?;
        let load = bench.readers(service.public, &paths);
        let warm_up = Load {
            seconds: WARM_UP_S,
            ..load.clone()
        };
        let first = bench.measure(None, &warm_up)?;
        let pass = bench.measure(Some(service.id()), &load)?;
        answered.set(answered.get() + first.requests + pass.requests);
        Ok(pass)
    };
    let turns = Turns::take(
        bench.scale.rounds,
        || bench.measure(Some(limit.id()), &theirs),
        ours,
    )?;
    let (counted, answered) = (counted(bench)? - before, answered.get());
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

/// Visits of people in the database, added up or not.
fn counted(bench: &Bench) -> Result<f64> {
    let sql = "select coalesce(sum(people), 0) from (select people from visit_totals \
               union all select unnest(people) from visit_journal) counted;";
    Ok(bench.postgres.sql("dateline", sql)?.parse()?)
}
