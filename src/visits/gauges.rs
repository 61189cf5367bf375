//! The account of visits in `/metrics`.

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
    registry::{Registry, Unit},
};

use super::recorder::{Account, Recorder};
use crate::base::clock::Clock;

/// Reads the account whenever somebody looks.
#[derive(Debug)]
struct Gauges {
    recorder: Recorder,
    clock: Clock,
}

/// Adds the account of a recorder to the metrics.
pub fn register(registry: &mut Registry, recorder: &Recorder, clock: &Clock) {
    registry.register_collector(Box::new(Gauges {
        recorder: recorder.clone(),
        clock: clock.clone(),
    }));
}

/// A number of the account: its name, what it means, and how it is read.
type Number = (&'static str, &'static str, fn(&Account) -> i64);

/// What only grows.
const COUNTERS: &[Number] = &[
    ("visits_accepted", "Visits that were counted", |it| {
        it.accepted
    }),
    (
        "visits_persisted",
        "Visits whose counts are in the database",
        |it| it.persisted,
    ),
    (
        "visit_details_accepted",
        "Single visits that were told of",
        |it| it.details_accepted,
    ),
    (
        "visit_details_stored",
        "Single visits that are in the database",
        |it| it.details_stored,
    ),
    (
        "visit_details_dropped",
        "Single visits for which the queue had no place; they are counted all the same",
        |it| it.details_dropped,
    ),
    (
        "visit_flush_failures",
        "Attempts to write visits that failed",
        |it| it.flush_failures,
    ),
];

/// What comes and goes.
const GAUGES: &[Number] = &[
    (
        "visits_pending",
        "Visits whose counts wait to be written",
        |it| it.pending,
    ),
    (
        "visit_details_pending",
        "Single visits that wait to be written",
        |it| it.details_pending,
    ),
];

impl Collector for Gauges {
    fn encode(&self, mut out: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        let now = self.clock.now();
        let account = self.recorder.account(now);
        for (name, help, read) in COUNTERS {
            let counter = ConstCounter::new(u64::try_from(read(&account)).unwrap_or_default());
            write(&mut out, name, help, None, &counter)?;
        }
        for (name, help, read) in GAUGES {
            write(&mut out, name, help, None, &ConstGauge::new(read(&account)))?;
        }
        let age = account
            .oldest
            .map_or(0.0, |since| (now - since).as_seconds_f64());
        let help = "For how long the oldest visit has been waiting to be written";
        let age = ConstGauge::new(age.max(0.0));
        write(
            &mut out,
            "visits_oldest_pending",
            help,
            Some(&Unit::Seconds),
            &age,
        )
    }
}

fn write(
    out: &mut DescriptorEncoder,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    metric: &impl EncodeMetric,
) -> Result<(), std::fmt::Error> {
    let encoder = out.encode_descriptor(name, help, unit, metric.metric_type())?;
    metric.encode(encoder)
}
