//! pgbench as a process: the least that a client of Postgres can cost.

use std::path::PathBuf;

use serde::Serialize;

use crate::{Result, process};

/// The file of the script, in the folder of the job.
const SCRIPT: &str = "job.pgbench";

/// One way of running pgbench.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// Clients, each with a connection.
    pub clients: usize,
    /// Jobs whose statements are sent together; 0 sends each statement by itself.
    pub pipelined: usize,
}

/// What pgbench is to do.
#[derive(Clone, Debug)]
pub struct Job {
    /// The database.
    pub url: String,
    /// How variables are drawn, and the statements, in pgbench's words.
    pub script: String,
    /// Variables that stay the same.
    pub defined: Vec<(String, String)>,
    /// Folder for the script.
    pub folder: PathBuf,
    /// The core of pgbench itself.
    pub core: usize,
}

/// A script of ours without the lines that are comments: pgbench would look for variables in them.
pub fn without_comments(script: &str) -> String {
    let lines = script.lines().filter(|line| !line.starts_with("--"));
    lines.fold(String::new(), |text, line| text + line + "\n")
}

/// The variants that the best is taken of.
pub fn variants() -> Vec<Variant> {
    let ways = [
        (0, [2, 4, 8, 16].as_slice()),
        (1, &[4, 8, 16]),
        (16, &[1, 2, 4]),
    ];
    let of = |(pipelined, clients): (usize, &[usize])| -> Vec<Variant> {
        let variant = |&clients| Variant { clients, pipelined };
        clients.iter().map(variant).collect()
    };
    ways.into_iter().flat_map(of).collect()
}

impl Variant {
    /// What it is called in the table.
    pub fn name(&self) -> String {
        match self.pipelined {
            0 => format!("pgbench -c {}", self.clients),
            many => format!("pgbench -c {}, {many} in a pipeline", self.clients),
        }
    }
}

/// Runs a job for some seconds and returns how often it was done, and in how many seconds.
pub fn run(job: &Job, variant: &Variant, seconds: u64) -> Result<(f64, f64)> {
    std::fs::write(job.folder.join(SCRIPT), script_of(job, variant))?;
    let mut command = process::on_core(job.core, "pgbench".as_ref());
    command
        .args([
            "--no-vacuum",
            "--protocol",
            "prepared",
            "--jobs",
            "1",
            "--client",
        ])
        .arg(variant.clients.to_string())
        .args(["--time", &seconds.to_string()])
        // Its name alone: what pgbench says may end up in a result.
        .args(["--file", SCRIPT])
        .current_dir(&job.folder);
    for (name, value) in &job.defined {
        command.arg("--define").arg(format!("{name}={value}"));
    }
    let text = process::output_of(command.arg(&job.url))?;
    let (transactions, rate) = parse(&text).ok_or_else(|| format!("pgbench said:\n{text}"))?;
    #[expect(clippy::cast_precision_loss, reason = "16 at most")]
    let done = transactions * variant.pipelined.max(1) as f64;
    Ok((done, transactions / rate))
}

fn script_of(job: &Job, variant: &Variant) -> String {
    match variant.pipelined {
        0 => job.script.clone(),
        many => format!(
            "\\startpipeline\n{}\\endpipeline\n",
            job.script.repeat(many)
        ),
    }
}

/// Transactions, and transactions per second.
fn parse(text: &str) -> Option<(f64, f64)> {
    let after = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
    let failed = after("number of failed transactions: ").unwrap_or("0 ");
    if !failed.starts_with("0 ") {
        return None;
    }
    let transactions = after("number of transactions actually processed: ")?;
    let rate = after("tps = ")?.split(' ').next()?;
    Some((transactions.trim().parse().ok()?, rate.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_without_the_time_to_connect() {
        let text = "number of transactions actually processed: 200\n\
                    number of failed transactions: 0 (0.000%)\n\
                    initial connection time = 3.1 ms\n\
                    tps = 100.5 (without initial connection time)\n";
        assert_eq!(parse(text), Some((200.0, 100.5)));
        assert_eq!(parse(&text.replace(": 0 (", ": 1 (")), None);
    }
}
