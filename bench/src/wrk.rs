//! wrk as a process: closed loop, one thread, on the generator's core.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{Result, process};

/// The script that wrk runs.
pub const SCRIPT: &str = include_str!("../lua/paths.lua");
/// Connections that are always waiting for an answer.
pub const CONNECTIONS: usize = 32;

/// What the answers must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A status below 400, each time.
    Success,
    /// A status from 400 on, each time.
    Refusal,
}

/// What wrk is to do.
#[derive(Clone, Debug)]
pub struct Load {
    /// Whom it asks.
    pub address: SocketAddr,
    /// The host it names.
    pub host: String,
    /// A file of paths, which it asks for in turn.
    pub paths: PathBuf,
    /// The first of them, from 0.
    pub first: u64,
    /// Further header lines, each with its end.
    pub headers: String,
    /// Connections.
    pub connections: usize,
    /// For how long.
    pub seconds: u64,
    /// What must come.
    pub expected: Expected,
}

/// What came of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Counted {
    /// Answers.
    pub requests: u64,
    /// Time from first to last.
    pub duration_us: u64,
    /// Connections that failed, and answers that did not come.
    pub broken: u64,
    /// Answers with a status from 400 on.
    pub refused: u64,
    /// Half of the answers came sooner.
    pub p50_us: f64,
    /// 99 of 100 answers came sooner.
    pub p99_us: f64,
    /// The slowest answer.
    pub max_us: f64,
}

/// Runs wrk. Answers of another kind than expected are an error.
pub fn run(core: usize, script: &Path, load: &Load) -> Result<Counted> {
    let mut command = process::on_core(core, Path::new("wrk"));
    command
        .args(["--threads", "1", "--connections"])
        .arg(load.connections.to_string())
        .args(["--duration", &format!("{}s", load.seconds), "--script"])
        .arg(script)
        .args([&format!("http://{}", load.address), "--"])
        .arg(&load.paths)
        .args([&load.host, &load.first.to_string(), &load.headers]);
    let text = process::output_of(&mut command)?;
    let counted = parse(&text)?;
    let wrong = match load.expected {
        Expected::Success => counted.refused,
        Expected::Refusal => counted.requests - counted.refused,
    };
    if wrong + counted.broken > 0 || counted.requests == 0 {
        return Err(format!(
            "{wrong} of {} answers were not a {:?}, {} did not come",
            counted.requests, load.expected, counted.broken
        )
        .into());
    }
    Ok(counted)
}

fn parse(text: &str) -> Result<Counted> {
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    let line = line.ok_or_else(|| format!("wrk gave no result:\n{text}"))?;
    Ok(serde_json::from_str(line)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_is_found_among_what_wrk_writes() {
        let text = "Running 1s test\n\nRESULT {\"requests\":10,\"duration_us\":5,\"broken\":0,\
                    \"refused\":1,\"p50_us\":2,\"p99_us\":3,\"max_us\":4}\n";
        assert_eq!(parse(text).unwrap().refused, 1);
        assert!(parse("nothing").is_err());
    }
}
