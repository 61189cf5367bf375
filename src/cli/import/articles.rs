//! `dateline import articles`: what another system has.

use std::{
    fs::File,
    io::{self, BufReader},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use super::{AGAIN, STATEMENT_TIMEOUT, code, kept, report_path, stopped_by_signals, write_report};
use crate::{
    articles::{self, Counts, Import, Lines, Refusal, Report},
    base::{
        clock::Clock,
        config::Config,
        context::Context,
        db::{Connector, Database},
        progress::Progress,
    },
    cli::{CliResult, migrate, with_database},
    codes::Minter,
    domains,
};

/// How articles are imported.
#[derive(Args)]
pub struct ImportArticles {
    /// The file; - is standard input
    file: PathBuf,
    /// Check every line and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where refused lines are written, as CSV; FILE.refused.csv otherwise, if there are any
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// Imports what the command line says.
pub async fn import(config: &Config, verb: ImportArticles) -> CliResult<ExitCode> {
    let path = report_path(&verb.file, verb.report.as_ref(), "refused")?;
    let lines = open(&verb.file)?;
    // Before the work: where it cannot be written, what it tells would be lost.
    if verb.report.is_some() {
        write(&path, &[])?;
    }
    with_database(config, async |url| {
        if config.migrate_on_start {
            migrate(config, url).await?;
        }
        let db = Database::new(config, url)?;
        let context = Context::new(config.clone(), db, Clock::default())?;
        domains::reload(&context).await?;
        let minter = Minter::new(context.domains.current().all().map(|domain| &*domain.name));
        let mut connection = Connector::new(url, STATEMENT_TIMEOUT)?.connect().await?;
        let progress = Progress::begin("articles");
        let import = Import {
            context: &context,
            minter: &minter,
            is_try: verb.dry_run,
            stop: &*stopped_by_signals()?,
            tell: &|counts: &Counts| progress.tell(counts, counts.lines),
        };
        let mut report = Report::default();
        let done = articles::import(&mut connection, &import, lines, &mut report).await;
        tell(&path, verb.dry_run, &report)?;
        done?;
        Ok(code(report.is_interrupted, report.counts.refused))
    })
    .await
}

fn open(file: &Path) -> CliResult<Lines> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let opened = File::open(file).map_err(|fault| format!("{}: {fault}", file.display()))?;
    Ok(Box::new(BufReader::new(opened)))
}

fn tell(path: &Path, is_try: bool, report: &Report) -> CliResult<()> {
    eprintln!("{}{}", kept(is_try), report.counts);
    // The report of an earlier run is no longer so.
    if !report.refusals.is_empty() || path.exists() {
        write(path, &report.refusals)?;
    }
    if !report.refusals.is_empty() {
        eprintln!("what was refused is in {}", path.display());
    }
    if report.is_interrupted {
        eprintln!("{AGAIN}");
    }
    Ok(())
}

fn write(path: &Path, refusals: &[Refusal]) -> CliResult<()> {
    let rows = refusals.iter().map(|refusal| {
        let Refusal { line, code, reason } = refusal;
        [line.to_string(), (*code).to_owned(), reason.clone()]
    });
    write_report(path, ["line", "code", "reason"], rows)
}
