use crate::{
    Result,
    bench::Bench,
    codes,
    finding::Finding,
    passes::Turns,
    wrk::{Expected, Load},
};

/// What it shows.
pub const ABOUT: &str = "codes with a wrong check character, beside a redirect from the cache";

const LIMIT: &str = "a redirect from the cache of the same service";

/// Measures codes near which there is no link, and then misprints of links, whose answer names what
/// may have been meant.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let service = bench.service("dateline", &[])?;
    let server = Some(service.id());
    let right = bench.readers(service.public, &bench.paths("hits", bench.codes())?);
    let refused = |name, codes: &mut dyn Iterator<Item = String>| -> Result<Load> {
        let wrong = codes.map(|code| codes::with_wrong_check(&code));
        Ok(Load {
            expected: Expected::Refusal,
            ..bench.readers(service.public, &bench.paths(name, wrong)?)
        })
    };
    let count = bench.codes().count();
    let unknown = refused("unknown", &mut codes::sound().skip(count).take(count))?;
    let misprints = refused("misprints", &mut bench.codes())?;
    bench.measure(server, &right)?;

    let against = |wrong: &Load| -> Result<Turns> {
        bench.measure(server, wrong)?;
        Turns::take(
            bench.scale.rounds,
            || bench.measure(server, &right),
            || bench.measure(server, wrong),
        )
    };
    Ok(vec![
        Finding::throughput(&against(&unknown)?, LIMIT).note("no link is near"),
        Finding {
            measure: "misprint",
            ..Finding::throughput(&against(&misprints)?, LIMIT)
        }
        .note("each answer is a page with the link that may have been meant"),
    ])
}
