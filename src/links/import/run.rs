//! Takes a file in.

use std::{
    collections::{HashMap, hash_map::Entry},
    error::Error,
    sync::atomic::{AtomicBool, Ordering},
};

use super::{
    file::{RawLine, Source},
    line,
    report::{Report, Summary},
};
use crate::{
    base::{clock::Clock, config::ShortBase, db::Connection, progress::Progress},
    changes::Writer,
    codes::{Code, NewLink, Target},
    domains,
    links::model::{self, Imported},
};

/// Links of a transaction: few enough that one takes a moment, many enough that its commit does not
/// count.
const BATCH: usize = 5000;

/// How an import is run.
pub struct Import<'a> {
    /// The short domains that the settings name, for a database that has not seen them yet.
    pub configured: &'a [ShortBase],
    /// Whether everything is taken back.
    pub is_try: bool,
    /// Becomes true when the import is to stop.
    pub stop: &'a AtomicBool,
}

/// A line that was read, with the link that it asks for.
type Wanted = (u64, RawLine, (NewLink, Code));

/// Imports every line of a source. Refused lines are noted and do not stop it.
pub async fn run(
    conn: &mut Connection,
    import: &Import<'_>,
    source: Source,
    report: &mut Report,
) -> Result<Summary, Box<dyn Error>> {
    let set = domains::known(conn, import.configured, writer().at).await?;
    let (mut summary, mut batch) = (Summary::default(), Vec::with_capacity(BATCH));
    let progress = Progress::begin("lines");
    let mut tried = Tried::default();
    for line in source {
        let (number, line) = line?;
        summary.lines += 1;
        match line.as_ref().map(|line| line::parse(line, &set)) {
            Ok(Ok(link)) => batch.extend(line.map(|line| (number, line, link))),
            Ok(Err(reason)) => refuse(&mut summary, report, number, line.ok().as_ref(), &reason)?,
            Err(reason) => refuse(&mut summary, report, number, None, reason)?,
        }
        if batch.len() == BATCH {
            write(conn, import, &mut batch, (&mut summary, report, &mut tried)).await?;
            progress.tell(&summary, summary.lines);
        }
        if import.stop.load(Ordering::Relaxed) {
            summary.is_interrupted = true;
            break;
        }
    }
    write(conn, import, &mut batch, (&mut summary, report, &mut tried)).await?;
    Ok(summary)
}

fn writer() -> Writer {
    Writer {
        key_id: None,
        at: Clock::default().now(),
    }
}

/// Writes what has gathered.
async fn write(
    conn: &mut Connection,
    import: &Import<'_>,
    batch: &mut Vec<Wanted>,
    (summary, report, tried): (&mut Summary, &mut Report, &mut Tried),
) -> Result<(), Box<dyn Error>> {
    let mut links = Vec::with_capacity(batch.len());
    let mut lines = Vec::with_capacity(batch.len());
    for (number, line, link) in batch.drain(..) {
        lines.push((number, line));
        links.push(link);
    }
    let outcomes = model::import(conn, &writer(), &links, import.is_try).await?;
    for (((number, line), link), outcome) in lines.iter().zip(&links).zip(outcomes) {
        let outcome = match outcome {
            Imported::Made if import.is_try => tried.outcome(link),
            outcome => outcome,
        };
        match outcome {
            Imported::Made => summary.imported += 1,
            Imported::Unchanged => summary.unchanged += 1,
            Imported::NoArticle => {
                refuse(
                    summary,
                    report,
                    *number,
                    Some(line),
                    "article_id names no article",
                )?;
            }
            Imported::Taken(target) => {
                let reason = format!("code was given out before, and leads to {}", told(&target));
                refuse(summary, report, *number, Some(line), &reason)?;
            }
        }
    }
    Ok(())
}

/// What a try would have made: the database forgets it with each batch.
#[derive(Default)]
struct Tried(HashMap<(String, Code), Target>);

impl Tried {
    fn outcome(&mut self, (new, code): &(NewLink, Code)) -> Imported {
        match self.0.entry((new.domain.clone(), code.clone())) {
            Entry::Vacant(place) => {
                place.insert(new.target.clone());
                Imported::Made
            }
            Entry::Occupied(before) if *before.get() == new.target => Imported::Unchanged,
            Entry::Occupied(before) => Imported::Taken(before.get().clone()),
        }
    }
}

fn told(target: &Target) -> String {
    match target {
        Target::Article(id) => format!("the article {id}"),
        Target::Url(url) => url.clone(),
    }
}

fn refuse(
    summary: &mut Summary,
    report: &mut Report,
    number: u64,
    line: Option<&RawLine>,
    reason: &str,
) -> std::io::Result<()> {
    summary.refused += 1;
    report.note(number, line, reason)
}
