//! pgbench as a process: the least that a client of Postgres can cost.

use std::path::PathBuf;

use serde::Serialize;

use crate::{Result, process};

/// One way of running pgbench.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// Clients, each with a connection.
    pub clients: usize,
    /// Statements that are sent together; 1 sends each by itself.
    pub pipelined: usize,
}

/// What pgbench is to do.
#[derive(Clone, Debug)]
pub struct Job {
    /// The database.
    pub url: String,
    /// How variables are drawn, in pgbench's words.
    pub draw: String,
    /// The statement, with variables.
    pub statement: String,
    /// Variables that stay the same.
    pub defined: Vec<(String, String)>,
    /// Folder for the script.
    pub folder: PathBuf,
    /// The core of pgbench itself.
    pub core: usize,
}

/// The variants that the best is taken of.
pub fn variants() -> Vec<Variant> {
    let alone = [2, 4, 8, 16].map(|clients| Variant {
        clients,
        pipelined: 1,
    });
    let together = [1, 2, 4].map(|clients| Variant {
        clients,
        pipelined: 16,
    });
    alone.into_iter().chain(together).collect()
}

impl Variant {
    /// What it is called in the table.
    pub fn name(&self) -> String {
        match self.pipelined {
            1 => format!("pgbench -c {}", self.clients),
            many => format!("pgbench -c {}, {many} in a pipeline", self.clients),
        }
    }
}

/// Runs a job for some seconds and returns how many statements there were, and in how many seconds.
pub fn run(job: &Job, variant: &Variant, seconds: u64) -> Result<(f64, f64)> {
    let script = job.folder.join("statement.pgbench");
    std::fs::write(&script, script_of(job, variant))?;
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
        .args(["--time", &seconds.to_string(), "--file"])
        .arg(&script);
    for (name, value) in &job.defined {
        command.arg("--define").arg(format!("{name}={value}"));
    }
    let text = process::output_of(command.arg(&job.url))?;
    let (transactions, rate) = parse(&text).ok_or_else(|| format!("pgbench said:\n{text}"))?;
    #[expect(clippy::cast_precision_loss, reason = "16 at most")]
    let statements = transactions * variant.pipelined as f64;
    Ok((statements, transactions / rate))
}

fn script_of(job: &Job, variant: &Variant) -> String {
    let step = format!("{}\n{};\n", job.draw, job.statement);
    match variant.pipelined {
        1 => step,
        many => format!("\\startpipeline\n{}\\endpipeline\n", step.repeat(many)),
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
