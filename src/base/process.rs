//! What the process takes of its machine, in `/metrics`, under the names that Prometheus' own clients use.

use std::{
    fmt, fs,
    time::{SystemTime, UNIX_EPOCH},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
    registry::{Registry, Unit},
};

/// Ticks to the second in `/proc`. Linux keeps to this number on every machine, whatever its kernel counts in.
const TICKS: f64 = 100.0;

/// Reads `/proc` whenever somebody looks.
#[derive(Debug)]
struct Process {
    /// Seconds from 1970 to the start: kept, because what is computed anew from the uptime wavers.
    started: f64,
}

/// The process's own metrics.
pub fn registry() -> Registry {
    let started = SystemTime::now().duration_since(UNIX_EPOCH);
    let mut registry = Registry::with_prefix("process");
    registry.register_collector(Box::new(Process {
        started: started.unwrap_or_default().as_secs_f64(),
    }));
    registry
}

/// A number as it stands, or nothing where the system has no `/proc`.
type Reading = Option<f64>;

impl Collector for Process {
    fn encode(&self, mut out: DescriptorEncoder) -> fmt::Result {
        let (seconds, bytes) = (Some(&Unit::Seconds), Some(&Unit::Bytes));
        let cpu = cpu_seconds().map(ConstCounter::new);
        write(&mut out, "cpu", "Processor time", seconds, cpu)?;
        let gauges = [
            (
                "resident_memory",
                "Memory that is in use",
                bytes,
                resident_bytes(),
            ),
            (
                "start_time",
                "When the process started, since 1970",
                seconds,
                Some(self.started),
            ),
            ("open_fds", "Open files and connections", None, open_files()),
            (
                "max_fds",
                "How many of them there may be",
                None,
                most_files(),
            ),
        ];
        for (name, help, unit, value) in gauges {
            write(&mut out, name, help, unit, value.map(ConstGauge::new))?;
        }
        Ok(())
    }
}

fn write(
    out: &mut DescriptorEncoder,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    metric: Option<impl EncodeMetric>,
) -> fmt::Result {
    let Some(metric) = metric else { return Ok(()) };
    metric.encode(out.encode_descriptor(name, help, unit, metric.metric_type())?)
}

/// Source: proc(5), `/proc/pid/stat`, fields 14 and 15, counted behind the name, which may hold spaces.
fn cpu_seconds() -> Reading {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<f64>);
    ticks.sum::<Result<f64, _>>().ok().map(|sum| sum / TICKS)
}

fn resident_bytes() -> Reading {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes: f64 = word(&status, "VmRSS:")?.parse().ok()?;
    Some(kilobytes * 1024.0)
}

fn open_files() -> Reading {
    let open = fs::read_dir("/proc/self/fd").ok()?.count();
    // The folder itself is open while it is read.
    Some(f64::from(u32::try_from(open.saturating_sub(1)).ok()?))
}

fn most_files() -> Reading {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    word(&limits, "Max open files")?.parse().ok()
}

/// The first word behind the beginning of a line.
fn word<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    let line = text.lines().find_map(|line| line.strip_prefix(beginning))?;
    line.split_whitespace().next()
}
