use crate::{
    Result, bench::Bench, codes, finding::Finding, passes::Turns,
    wrk::{Expected, Load},
};

/// What it shows.
pub const ABOUT: &str = "a misprinted code, beside a redirect from the cache";

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let service = bench.service("dateline", &[])?;
    let server = Some(service.id());
    let right = bench.readers(service.public, &bench.paths("hits", bench.codes())?);
    let wrong = bench.codes().map(|code| codes::with_wrong_check(&code));
    let wrong = Load {
        expected: Expected::Refusal,
        ..bench.readers(service.public, &bench.paths("misprints", wrong)?)
    };
    bench.measure(server, &right)?;
    bench.measure(server, &wrong)?;

    let turns = Turns::take(
        bench.scale.rounds,
        || bench.measure(server, &right),
        || bench.measure(server, &wrong),
    )?;
    Ok(vec![Finding::throughput(&turns, "a redirect from the cache of the same service")])
}
