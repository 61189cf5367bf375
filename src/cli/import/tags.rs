//! `dateline import tags`: vocabularies.

use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use super::{AGAIN, STATEMENT_TIMEOUT, code, kept, report_path, stopped_by_signals, write_report};
use crate::{
    base::{clock::Clock, config::Config, db::Connector, progress::Progress},
    changes::Writer,
    cli::{CliResult, migrate, with_database},
    tags::TagKind,
    vocabularies::{self, Counts, Format, Import, Problem, Report, Source, Text},
};

/// How tags are imported.
#[derive(Args)]
pub struct ImportTags {
    /// The file; - is standard input
    file: PathBuf,
    /// Check everything and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where problems are written, as CSV; FILE.problems.csv otherwise, if there are any
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// How the file is written, where its name does not tell: ndjson, csv, json-ld, turtle
    #[arg(long, value_parser = format)]
    format: Option<Format>,
    /// The kind of tags whose kind the file does not say
    #[arg(long, value_parser = kind, default_value = "topic")]
    kind: TagKind,
}

fn format(word: &str) -> Result<Format, String> {
    Format::from_word(word).ok_or_else(|| format!("must be one of {}", Format::words()))
}

fn kind(word: &str) -> Result<TagKind, String> {
    TagKind::from_word(word).ok_or_else(|| format!("must be one of {}", TagKind::words()))
}

/// Imports what the command line says.
pub async fn import(config: &Config, verb: ImportTags) -> CliResult<ExitCode> {
    let format = verb.format.or_else(|| Format::of_file(&verb.file)).ok_or(
        "the name of the file does not end in .jsonld, .json, .ttl, .csv or .ndjson; say --format",
    )?;
    let source = Source::open(text(&verb.file)?, format, &config.default_language)?;
    let path = report_path(&verb.file, verb.report.as_ref(), "problems")?;
    // Before the work: where it cannot be written, what it tells would be lost.
    if verb.report.is_some() {
        write(&path, &[])?;
    }
    with_database(config, async |url| {
        if config.migrate_on_start {
            migrate(config, url).await?;
        }
        let mut connection = Connector::new(url, STATEMENT_TIMEOUT)?.connect().await?;
        let progress = Progress::begin("tags");
        let import = Import {
            kind: verb.kind,
            language: &config.default_language,
            writer: Writer {
                key_id: None,
                at: Clock::default().now(),
            },
            is_try: verb.dry_run,
            stop: &*stopped_by_signals()?,
            tell: &|counts: &Counts| progress.tell(counts, counts.read),
        };
        let mut report = Report::keeping(usize::MAX);
        let done = vocabularies::import(&mut connection, &import, &source, &mut report).await;
        tell(&path, verb.dry_run, &report)?;
        done?;
        Ok(code(report.is_interrupted, report.counts.refused))
    })
    .await
}

/// A file is read where it stands; standard input can be read only once, so it is kept.
fn text(file: &Path) -> CliResult<Text> {
    if file != Path::new("-") {
        return Ok(Text::File(file.to_owned()));
    }
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    Ok(Text::Held(bytes.into()))
}

fn tell(path: &Path, is_try: bool, report: &Report) -> CliResult<()> {
    eprintln!("{}{}", kept(is_try), report.counts);
    // The report of an earlier run is no longer so.
    if !report.problems.is_empty() || path.exists() {
        write(path, &report.problems)?;
    }
    if !report.problems.is_empty() {
        eprintln!(
            "{} problems are in {}",
            report.problem_count,
            path.display()
        );
    }
    if report.is_interrupted {
        eprintln!("{AGAIN}");
    }
    Ok(())
}

fn write(path: &Path, problems: &[Problem]) -> CliResult<()> {
    let rows = problems.iter().map(|problem| {
        let key = problem.key.clone().unwrap_or_default();
        let code = problem.code.as_str().to_owned();
        [problem.place.clone(), code, key, problem.detail.clone()]
    });
    write_report(path, ["where", "code", "key", "detail"], rows)
}
