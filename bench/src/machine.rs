//! The machine that a run was made on, without its name and its paths.

use std::{fs, process::Command};

use serde::Serialize;

use crate::{Result, postgres::Postgres, process};

/// What a figure has to be read with.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// Model of the processor.
    pub cpu: String,
    /// Its cores, as the system counts them.
    pub cores: usize,
    /// Memory in gigabytes of 1024³ bytes.
    pub memory_gb: u64,
    /// Name and version of the distribution.
    pub system: String,
    /// Version of the kernel.
    pub kernel: String,
    /// Version of the compiler.
    pub rustc: String,
    /// Version of Postgres, and how durable it is.
    pub postgres: String,
    /// Version of wrk.
    pub wrk: String,
    /// The commit that was measured.
    pub commit: String,
}

impl Machine {
    /// Looks around.
    pub fn describe(postgres: &Postgres) -> Result<Self> {
        let sql = "select format('PostgreSQL %s, fsync %s, synchronous_commit %s, shared_buffers %s', \
                   current_setting('server_version'), current_setting('fsync'), \
                   current_setting('synchronous_commit'), current_setting('shared_buffers'));";
        Ok(Self {
            cpu: field("/proc/cpuinfo", "model name", ':'),
            cores: std::thread::available_parallelism()?.get(),
            memory_gb: gigabytes(&field("/proc/meminfo", "MemTotal", ':')),
            system: field("/etc/os-release", "PRETTY_NAME", '=').replace('"', ""),
            kernel: first_line(&fs::read_to_string("/proc/sys/kernel/osrelease")?),
            rustc: first_line(&process::output_of(Command::new("rustc").arg("--version"))?),
            postgres: postgres.sql("dateline", sql)?,
            wrk: wrk_version()?,
            commit: commit(),
        })
    }

    /// What is described, and how.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        vec![
            ("processor", format!("{}, {} cores", self.cpu, self.cores)),
            ("memory", format!("{} GB", self.memory_gb)),
            ("system", format!("{}, kernel {}", self.system, self.kernel)),
            ("compiler", self.rustc.clone()),
            ("database", self.postgres.clone()),
            ("generator", self.wrk.clone()),
            ("commit", self.commit.clone()),
        ]
    }
}

/// wrk tells its version on the way to complaining that it was asked for nothing.
fn wrk_version() -> Result<String> {
    let output = Command::new("wrk").arg("--version").output();
    let output =
        output.map_err(|fault| format!("wrk: {fault}; scripts/setup bench installs it"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let words: Vec<&str> = text.split_whitespace().take(2).collect();
    Ok(words.join(" "))
}

fn commit() -> String {
    let git = |words: &[&str]| process::output_of(Command::new("git").args(words));
    let commit = git(&["rev-parse", "--short", "HEAD"]).map(|text| first_line(&text));
    let is_clean = git(&["status", "--porcelain", "--", ".", ":!bench/results"])
        .is_ok_and(|text| text.is_empty());
    match commit {
        Ok(commit) if is_clean => commit,
        Ok(commit) => format!("{commit} and uncommitted changes"),
        Err(_) => "unknown".to_owned(),
    }
}

fn field(path: &str, name: &str, separator: char) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_once(separator));
    value.map_or_else(
        || "unknown".to_owned(),
        |(_, value)| value.trim().to_owned(),
    )
}

fn gigabytes(kilobytes: &str) -> u64 {
    let number = kilobytes.split(' ').next().unwrap_or_default();
    number
        .parse::<u64>()
        .unwrap_or_default()
        .div_ceil(1024 * 1024)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_rounded_to_what_the_machine_was_sold_with() {
        assert_eq!(gigabytes("24617336 kB"), 24);
    }
}
