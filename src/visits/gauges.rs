//! The account of visits in `/metrics`.

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
    registry::{Registry, Unit},
};

use super::recorder::Recorder;
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

impl Collector for Gauges {
    fn encode(&self, mut out: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        let now = self.clock.now();
        let account = self.recorder.account(now);
        let counters = [
            (
                "visits_accepted",
                "Visits that were counted",
                account.accepted,
            ),
            (
                "visits_persisted",
                "Visits whose counts are in the database",
                account.persisted,
            ),
            (
                "visit_details_accepted",
                "Single visits that were told of",
                account.details_accepted,
            ),
            (
                "visit_details_stored",
                "Single visits that are in the database",
                account.details_stored,
            ),
            (
                "visit_details_dropped",
                "Single visits for which the queue had no place; they are counted all the same",
                account.details_dropped,
            ),
            (
                "visit_flush_failures",
                "Attempts to write visits that failed",
                account.flush_failures,
            ),
        ];
        for (name, help, value) in counters {
            let counter = ConstCounter::new(u64::try_from(value).unwrap_or_default());
            write(&mut out, name, help, None, &counter)?;
        }
        let gauges = [
            (
                "visits_pending",
                "Visits whose counts wait to be written",
                account.pending,
            ),
            (
                "visit_details_pending",
                "Single visits that wait to be written",
                account.details_pending,
            ),
        ];
        for (name, help, value) in gauges {
            write(&mut out, name, help, None, &ConstGauge::new(value))?;
        }
        let age = account
            .oldest
            .map_or(0, |since| (now - since).num_milliseconds());
        #[expect(clippy::cast_precision_loss, reason = "an age needs no 53 bits")]
        let age = ConstGauge::new(age.max(0) as f64 / 1000.0);
        let help = "For how long the oldest visit has been waiting to be written";
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
