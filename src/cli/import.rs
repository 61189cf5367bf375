//! `dateline import`: what was given out elsewhere.

use std::{
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use clap::{Args, Subcommand, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

use super::{CliResult, migrate, with_database};
use crate::{
    base::{config::Config, db::Connector},
    links::{self, Format, Import, Report, Source, Summary},
};

/// A batch of an import may take longer than a request's statement.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(120);

/// How the process ends when it was asked to stop: 128 and the number of SIGINT.
const INTERRUPTED: u8 = 130;

/// What is imported.
#[derive(Subcommand)]
pub enum ImportVerb {
    /// Import short links that were given out elsewhere; their codes are kept as they are
    ///
    /// FILE is CSV with a header (domain,code,target and, if wanted, article_id,expires_at) or NDJSON
    /// of the same names. A line whose code is there with the same target changes nothing, so an
    /// import can be interrupted and run again. Exit code: 0 if every line is in, 3 if lines were
    /// refused (the others are in), 130 if it was interrupted, 1 if it failed.
    ShortLinks(ImportShortLinks),
}

/// How short links are imported.
#[derive(Args)]
pub struct ImportShortLinks {
    /// The file; - is standard input
    file: PathBuf,
    /// Check every line and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where refused lines are written, as CSV; FILE.refused.csv otherwise, if there are any
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// How the file is written, where its name does not tell
    #[arg(long, value_enum)]
    format: Option<FileFormat>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FileFormat {
    Csv,
    Ndjson,
}

/// Imports what the command line says.
pub async fn import(config: &Config, verb: ImportVerb) -> CliResult<ExitCode> {
    let ImportVerb::ShortLinks(verb) = verb;
    let format = match verb.format {
        Some(FileFormat::Csv) => Format::Csv,
        Some(FileFormat::Ndjson) => Format::Ndjson,
        None => Format::of(&verb.file)
            .ok_or("the name of the file does not end in .csv or .ndjson; say --format")?,
    };
    let source = Source::open(&verb.file, format)?;
    with_database(config, async |url| {
        if config.migrate_on_start {
            migrate(config, url).await?;
        }
        let mut connection = Connector::new(url, STATEMENT_TIMEOUT)?.connect().await?;
        let mut report = Report::at(verb.report.clone().unwrap_or_else(|| beside(&verb.file)));
        let import = Import {
            configured: &config.short_base_urls,
            is_try: verb.dry_run,
            stop: &*stopped_by_signals()?,
        };
        let summary = links::import(&mut connection, &import, source, &mut report).await?;
        tell(&summary, verb.dry_run, report.finish()?);
        Ok(code(&summary))
    })
    .await
}

fn beside(file: &std::path::Path) -> PathBuf {
    if file == std::path::Path::new("-") {
        return PathBuf::from("stdin.refused.csv");
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".refused.csv");
    PathBuf::from(name)
}

/// Becomes true when the process is asked to end: the batch in hand is still written.
fn stopped_by_signals() -> CliResult<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let asked = Arc::clone(&stop);
    tokio::spawn(async move {
        let mut next =
            async || tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} };
        next().await;
        asked.store(true, Ordering::Relaxed);
        // Whoever asks again does not want to wait for what standard input may still say.
        next().await;
        std::process::exit(INTERRUPTED.into());
    });
    Ok(stop)
}

fn tell(summary: &Summary, is_try: bool, report: Option<PathBuf>) {
    let what = if is_try {
        "dry run, nothing written; "
    } else {
        ""
    };
    eprintln!("{what}{summary}");
    if let Some(path) = report {
        eprintln!("the refused lines are in {}", path.display());
    }
    if summary.is_interrupted {
        eprintln!("interrupted; run the same again to go on");
    }
}

fn code(summary: &Summary) -> ExitCode {
    match summary {
        Summary {
            is_interrupted: true,
            ..
        } => ExitCode::from(INTERRUPTED),
        Summary { refused: 0, .. } => ExitCode::SUCCESS,
        _ => ExitCode::from(3),
    }
}
