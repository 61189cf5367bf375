//! `dateline import`: what was made elsewhere.

mod articles;
mod tags;

use std::{
    path::{Path, PathBuf},
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
    /// Import articles: lines of JSON, as the API answers or exports them
    ///
    /// Each line names its article by id, else by the first of its external_ids, else by its
    /// canonical_url, and replaces it, or makes it where it is not there: so an import can be interrupted
    /// and run again. Tags have to be there, or are made where they are given by kind and name. Related
    /// stories may stand further down; of a line that is refused because one is nowhere, all else is in, and
    /// the article stays related to what it was. An export carries no texts (body): an article that is there
    /// keeps the one that it has. Exit code: 0 if every line is in, 3 if lines were refused (the others are
    /// in), 130 if it was interrupted, 1 if it failed.
    Articles(articles::ImportArticles),
    /// Import tags: a vocabulary in SKOS (JSON-LD, Turtle), CSV or NDJSON
    ///
    /// What FILE says of a tag that is there replaces, language by language and role by role; what it does
    /// not say stays. So an import that is run again changes nothing. Concepts of SKOS are topics unless
    /// --kind says otherwise. Exit code: 0 if every tag is in, 3 if tags were refused (the others are in),
    /// 130 if it was interrupted, 1 if it failed.
    Tags(tags::ImportTags),
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
    match verb {
        ImportVerb::ShortLinks(verb) => import_short_links(config, verb).await,
        ImportVerb::Articles(verb) => articles::import(config, verb).await,
        ImportVerb::Tags(verb) => tags::import(config, verb).await,
    }
}

async fn import_short_links(config: &Config, verb: ImportShortLinks) -> CliResult<ExitCode> {
    let format = match verb.format {
        Some(FileFormat::Csv) => Format::Csv,
        Some(FileFormat::Ndjson) => Format::Ndjson,
        None => Format::of(&verb.file)
            .ok_or("the name of the file does not end in .csv or .ndjson; say --format")?,
    };
    let path = report_path(&verb.file, verb.report.as_ref(), "refused")?;
    let source = Source::open(&verb.file, format)?;
    with_database(config, async |url| {
        if config.migrate_on_start {
            migrate(config, url).await?;
        }
        let mut connection = Connector::new(url, STATEMENT_TIMEOUT)?.connect().await?;
        let mut report = Report::at(path);
        let import = Import {
            configured: &config.short_base_urls,
            is_try: verb.dry_run,
            stop: &*stopped_by_signals()?,
        };
        let summary = links::import(&mut connection, &import, source, &mut report).await?;
        tell(&summary, verb.dry_run, report.finish()?);
        Ok(code(summary.is_interrupted, summary.refused))
    })
    .await
}

/// Where a report is written when nobody says: beside the file.
fn beside(file: &Path, what: &str) -> PathBuf {
    let mut name = match file == Path::new("-") {
        true => "stdin".into(),
        false => file.as_os_str().to_owned(),
    };
    name.push(format!(".{what}.csv"));
    PathBuf::from(name)
}

/// Where the report of an import is written. Never over what is imported.
fn report_path(file: &Path, named: Option<&PathBuf>, what: &str) -> CliResult<PathBuf> {
    let path = named.cloned().unwrap_or_else(|| beside(file, what));
    let is_input = match (file.canonicalize(), path.canonicalize()) {
        (Ok(file), Ok(path)) => file == path,
        _ => false,
    };
    match is_input {
        true => Err(format!("the report would be written over {}", file.display()).into()),
        false => Ok(path),
    }
}

/// Writes a report as CSV, in the place of one that is there.
fn write_report<const N: usize>(
    path: &Path,
    header: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> CliResult<()> {
    let write = || -> csv::Result<()> {
        let mut file = csv::Writer::from_path(path)?;
        file.write_record(header)?;
        for row in rows {
            file.write_record(row)?;
        }
        Ok(file.flush()?)
    };
    write().map_err(|fault| format!("{} cannot be written: {fault}", path.display()).into())
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
    eprintln!("{}{summary}", kept(is_try));
    if let Some(path) = report {
        eprintln!("the refused lines are in {}", path.display());
    }
    if summary.is_interrupted {
        eprintln!("{AGAIN}");
    }
}

/// What is told in front of a summary.
fn kept(is_try: bool) -> &'static str {
    if is_try {
        "dry run, nothing written; "
    } else {
        ""
    }
}

const AGAIN: &str = "interrupted; run the same again to go on";

fn code(is_interrupted: bool, refused: u64) -> ExitCode {
    match (is_interrupted, refused) {
        (true, _) => ExitCode::from(INTERRUPTED),
        (false, 0) => ExitCode::SUCCESS,
        (false, _) => ExitCode::from(3),
    }
}
