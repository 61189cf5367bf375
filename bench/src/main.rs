//! Measures Dateline beside the limits of its machine.

use std::process::ExitCode;

use chrono::Utc;
use clap::Parser;
use dateline_bench::{
    Result,
    arguments::Arguments,
    bench::{Bench, say},
    cases::{self, Case},
    finding::{Finding, Verdict},
    goals::Goals,
    machine::Machine,
    report::{self, Report, table},
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        for case in cases::ALL {
            println!("{:16}{}", case.name, case.about);
        }
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            eprintln!("bench: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every case came to its end; a goal that was missed is no failure of the bench.
fn run(arguments: &Arguments) -> Result<bool> {
    let chosen = choose(arguments)?;
    let goals = Goals::read()?;
    let bench = Bench::start(arguments)?;
    // First, because it finds out what is missing.
    let machine = Machine::describe(&bench.postgres)?;
    let made_at = Utc::now();
    let mut findings = Vec::new();
    for case in chosen {
        say(&format!("{}: {}", case.name, case.about));
        let found = (case.run)(&bench).unwrap_or_else(|fault| vec![Finding::failed(&fault)]);
        let judged = found.into_iter().map(|finding| {
            let goal = goals.of(case.name, finding.measure);
            finding.judged(case.name, goal)
        });
        findings.extend(judged);
    }
    let report = Report {
        made_at: made_at.format("%Y-%m-%d %H:%M UTC").to_string(),
        machine,
        how: report::how(&bench.scale, bench.cores),
        findings,
    };
    drop(bench);
    report.write(&arguments.out, &made_at.format("%Y-%m-%d-%H%M").to_string())?;
    println!("{}", table::ratios(&report.findings));
    let has_failed = |finding: &Finding| finding.verdict == Verdict::Failed;
    Ok(!report.findings.iter().any(has_failed))
}

fn choose(arguments: &Arguments) -> Result<Vec<&'static Case>> {
    for name in &arguments.cases {
        if !cases::ALL.iter().any(|case| case.name == name) {
            return Err(format!("there is no case {name}; --list names them").into());
        }
    }
    let is_chosen = |case: &&Case| {
        if arguments.cases.is_empty() {
            case.name != "peer" || !arguments.peers.is_empty()
        } else {
            arguments.cases.iter().any(|name| name == case.name)
        }
    };
    Ok(cases::ALL.iter().filter(is_chosen).collect())
}
