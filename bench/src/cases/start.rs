use std::fs;

use crate::{
    Result,
    bench::Bench,
    finding::{Finding, Unit},
    statistics::Spread,
    traffic::Span,
};

/// What it shows.
pub const ABOUT: &str = "from the start of the program until it is ready, and the size of the program";

/// Starts per round.
const STARTS: usize = 5;

/// Measures. The first start may find the program on the disk, and does not count.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    let start = || -> Result<f64> {
        let (service, span) = Span::of(|| bench.service("dateline", &[]));
        service.map(|_| span.seconds())
    };
    start()?;
    let times = (0..bench.scale.rounds * STARTS).map(|_| start());
    let times = times.collect::<Result<Vec<_>>>()?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let megabytes = fs::metadata(&bench.dateline)?.len() as f64 / (1024.0 * 1024.0);
    Ok(vec![
        Finding::new("time", Unit::Seconds, Spread::of(times.iter().copied()))
            .against("nothing: until /readyz answers 200")
            .note(format!("{} starts on a migrated database", times.len())),
        Finding::new("binary", Unit::Megabytes, Some(Spread::once(megabytes)))
            .against("nothing: the stripped program of this release build"),
    ])
}
