//! Table, JSON and chart of a run, printed and written.

use std::{fs, path::Path};

use serde::Serialize;

use crate::{Result, arguments::Scale, finding::Finding, machine::Machine};

/// The chart.
pub mod chart;
/// The tables.
pub mod table;

/// Everything that a run has found.
#[derive(Serialize)]
pub struct Report {
    /// When it was made, in UTC.
    pub made_at: String,
    /// On what.
    pub machine: Machine,
    /// How: scale, and who ran on which core.
    pub how: Vec<String>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Everything as Markdown.
    pub fn markdown(&self, chart: &str) -> String {
        let machine: String = self
            .machine
            .lines()
            .iter()
            .map(|(what, value)| format!("- {what}: {value}\n"))
            .collect();
        let how: String = self.how.iter().map(|line| format!("- {line}\n")).collect();
        format!(
            "# Measured on {}\n\nWritten by `make bench`.\n\n{}\n![The same as a chart]({chart})\n\n\
             ## What each took\n\n{}\n## How\n\n{how}\n## On what\n\n{machine}",
            self.made_at,
            table::ratios(&self.findings),
            table::details(&self.findings),
        )
    }

    /// Writes Markdown, JSON and chart, under the time and as the latest.
    pub fn write(&self, folder: &Path, stamp: &str) -> Result<()> {
        fs::create_dir_all(folder)?;
        for name in [stamp, "latest"] {
            let markdown = self.markdown(&format!("{name}.svg"));
            let json = serde_json::to_string_pretty(self)? + "\n";
            fs::write(folder.join(format!("{name}.md")), markdown)?;
            fs::write(folder.join(format!("{name}.json")), json)?;
            fs::write(folder.join(format!("{name}.svg")), chart::draw(self))?;
        }
        Ok(())
    }
}

/// How a run is made, in words.
pub fn how(scale: &Scale, cores: crate::process::Cores) -> Vec<String> {
    let Scale {
        rounds,
        seconds,
        articles,
        ..
    } = scale;
    vec![
        format!(
            "Service or limit and Postgres on core {}, the load generator on core {}. What a load generator \
             takes is shown beside what it measures.",
            cores.served, cores.generator
        ),
        format!(
            "In turn: limit, ours, limit, …; {rounds} passes of ours of {seconds} s after one that warms up; a ratio \
             is ours beside the mean of the limits before and after it; medians, with smallest and largest."
        ),
        format!(
            "wrk: closed loop, 1 thread, {} connections, as a browser, over {articles} codes in turn unless a case \
             says otherwise; a wrong status ends the case.",
            crate::wrk::CONNECTIONS
        ),
        "latency: open loop at half of what wrk gets, 64 connections; times are counted from the moment at which each \
         request is due."
            .to_owned(),
        "Where a case says nothing of wrk, requests are those of the bench itself, on any core.".to_owned(),
        "Service in release with its defaults, but RUST_LOG=warn: no log line for each request; the limit writes \
         none either."
            .to_owned(),
        "Processor time from /proc, in microseconds per request; MB are of 1024² bytes.".to_owned(),
    ]
}
