//! Processor time and memory of processes, from `/proc`.

use std::fs;

use serde::Serialize;

/// Microseconds of a clock tick. Source: proc(5), `sysconf(_SC_CLK_TCK)` is 100 on Linux.
const TICK_US: u64 = 10_000;

/// Processor time of everybody who takes part, in microseconds since they were born.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clocks {
    /// The service or the limit.
    pub server: u64,
    /// Postgres and its backends.
    pub postgres: u64,
    /// Load generators that have ended.
    pub generators: u64,
}

/// Processor time per request, in microseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Share {
    /// The service or the limit.
    pub server: f64,
    /// Postgres and its backends.
    pub postgres: f64,
    /// The load generator.
    pub generator: f64,
}

impl Clocks {
    /// Reads the clocks now. Each load generator is a child that this process has waited for.
    pub fn read(server: Option<u32>, postmaster: u32) -> Self {
        Self {
            server: server.and_then(Stat::read).map_or(0, |stat| stat.own),
            postgres: of_postgres(postmaster),
            generators: Stat::read(std::process::id()).map_or(0, |stat| stat.children),
        }
    }

    /// The share of each of so many requests since an earlier look.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 microseconds")]
    pub fn since(&self, earlier: &Self, requests: f64) -> Share {
        let each = |now: u64, then: u64| now.saturating_sub(then) as f64 / requests.max(1.0);
        Share {
            server: each(self.server, earlier.server),
            postgres: each(self.postgres, earlier.postgres),
            generator: each(self.generators, earlier.generators),
        }
    }
}

/// What `/proc/<pid>/stat` says, in microseconds.
struct Stat {
    parent: u32,
    own: u64,
    children: u64,
}

impl Stat {
    fn read(pid: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// The name in parentheses may hold anything; what follows is counted from behind it. Source:
    /// `proc_pid_stat`(5): field 4 is the parent, 14 and 15 own time, 16 and 17 that of children.
    fn parse(line: &str) -> Option<Self> {
        let (_, rest) = line.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |index: usize| -> Option<u64> { fields.get(index)?.parse().ok() };
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own: (ticks(11)? + ticks(12)?) * TICK_US,
            children: (ticks(13)? + ticks(14)?) * TICK_US,
        })
    }
}

/// The postmaster, its backends, and those that have ended meanwhile.
fn of_postgres(postmaster: u32) -> u64 {
    let own = Stat::read(postmaster).map_or(0, |stat| stat.own + stat.children);
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let alive: u64 = entries
        .filter_map(|entry| Stat::read(entry.file_name().to_str()?.parse().ok()?))
        .filter(|stat| stat.parent == postmaster)
        .map(|stat| stat.own)
        .sum();
    own + alive
}

/// Resident memory of a process, in megabytes of 1024² bytes.
pub fn resident_mb(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_and_brackets_does_not_shift_the_fields() {
        let line = "42 (a ) b) S 7 42 42 0 -1 4194304 1 0 0 0 30 12 5 6 20 0 1 0 100";
        let stat = Stat::parse(line).unwrap();
        assert_eq!(stat.parent, 7);
        assert_eq!((stat.own, stat.children), (420_000, 110_000));
    }

    #[test]
    fn this_process_has_memory() {
        assert!(resident_mb(std::process::id()).unwrap() > 0.5);
    }
}
