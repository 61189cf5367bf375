//! Load generators as processes, on the core of generators: wrk, a closed loop of one thread, and our own open loop.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Result, process};

/// Script that asks for paths.
const PATHS: &str = concat!(
    include_str!("../lua/caller.lua"),
    include_str!("../lua/paths.lua")
);
/// Script that sends bodies.
const BODIES: &str = concat!(
    include_str!("../lua/caller.lua"),
    include_str!("../lua/bodies.lua")
);
/// Connections that are always waiting for an answer.
pub const CONNECTIONS: usize = 32;

/// The header line by which an answer is made anew, whatever is kept of it.
pub const UNCACHED: &str = "Cache-Control: no-cache\r\n";
/// Connections of the open loop: twice as many, so that a request seldom waits for a free one.
const SCHEDULED_CONNECTIONS: usize = 64;

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
    /// A file of what it asks for in turn: paths, each with a header line behind a tab if it has one of its own; or
    /// bodies, in which `{n}` stands for the number of the request.
    pub asked: PathBuf,
    /// Where bodies are posted to; `None` where paths are asked for.
    pub posted_to: Option<String>,
    /// The first number, from 0.
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

/// Runs wrk with a script in this folder. Answers of another kind than expected are an error.
pub fn run(core: usize, folder: &Path, load: &Load) -> Result<Counted> {
    let script = folder.join("wrk.lua");
    fs::write(&script, load.posted_to.as_ref().map_or(PATHS, |_| BODIES))?;
    let mut command = process::on_core(core, Path::new("wrk"));
    command
        .args(["--threads", "1", "--connections"])
        .arg(load.connections.to_string())
        .args(["--duration", &format!("{}s", load.seconds), "--script"])
        .arg(script)
        .args([&format!("http://{}", load.address), "--"])
        .arg(&load.asked)
        .args([&load.host, &load.first.to_string(), &load.headers])
        .args(&load.posted_to);
    let text = process::output_of(&mut command)?;
    let counted: Counted = parse(&text)?;
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

/// What came of requests that had their moments.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Scheduled {
    /// Answers.
    pub requests: usize,
    /// Answers with a status from 400 on.
    pub refused: usize,
    /// Half of the answers came sooner after their requests were due.
    pub p50_us: f64,
    /// 99 of 100 answers came sooner.
    pub p99_us: f64,
    /// The slowest answer.
    pub max_us: f64,
    /// Of the requests for whose moment a connection waited, 99 of 100 were sent sooner after it: how exact the
    /// generator is.
    pub late_p99_us: f64,
}

/// Runs the open loop at so many requests per second. A refusal is an error.
pub fn run_scheduled(core: usize, program: &Path, load: &Load, rate: f64) -> Result<Scheduled> {
    let mut command = process::on_core(core, program);
    command
        .args(["--address", &load.address.to_string()])
        .args(["--host", &load.host, "--headers", &load.headers])
        .arg("--asked")
        .arg(&load.asked)
        .args(["--rate", &rate.to_string()])
        .args(["--seconds", &load.seconds.to_string()])
        .args(["--connections", &SCHEDULED_CONNECTIONS.to_string()]);
    let scheduled: Scheduled = parse(&process::output_of(&mut command)?)?;
    if scheduled.refused > 0 || scheduled.requests == 0 {
        let Scheduled {
            refused, requests, ..
        } = scheduled;
        return Err(format!("{refused} of {requests} answers were refusals").into());
    }
    Ok(scheduled)
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T> {
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    let line = line.ok_or_else(|| format!("the load generator gave no result:\n{text}"))?;
    Ok(serde_json::from_str(line)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_is_found_among_what_wrk_writes() {
        let text = "Running 1s test\n\nRESULT {\"requests\":10,\"duration_us\":5,\"broken\":0,\
                    \"refused\":1,\"p50_us\":2,\"p99_us\":3,\"max_us\":4}\n";
        assert_eq!(parse::<Counted>(text).unwrap().refused, 1);
        assert!(parse::<Counted>("nothing").is_err());
    }
}
