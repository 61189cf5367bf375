//! Takes a file in: some lines together, what is left of them one by one, each in a transaction of its own; related
//! stories, which may stand further down, at the end.

use std::{
    io::BufRead,
    sync::atomic::{AtomicBool, Ordering},
};

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    batches::{Batches, Entry},
    line::Line,
    report::{Counts, Report},
    together::{Outcome, Together},
};
use crate::{
    articles::{
        author::Author,
        input::WriteArticle,
        model::{self, Article, Current},
        upsert::Upsert,
    },
    base::{
        batch::Done,
        context::Context,
        db::Connection,
        error::{AppError, AppResult},
        etag::Precondition,
    },
    changes::Writer,
    codes::Minter,
};

/// What is read.
pub type Lines = Box<dyn BufRead + Send>;

/// How many times as many articles call for another survey of the tables.
const GROWTH: u64 = 10;

/// How an import is run.
pub struct Import<'a> {
    /// The deployment.
    pub context: &'a Context,
    /// Makes codes.
    pub minter: &'a Minter,
    /// Whether everything is taken back.
    pub is_try: bool,
    /// Becomes true when the import is to stop.
    pub stop: &'a AtomicBool,
    /// Is told how far the import is.
    pub tell: &'a dyn Fn(&Counts),
}

/// Imports all lines. What is refused is noted and does not stop it; what was committed stays, whatever comes
/// after. A try is one transaction, which is taken back.
pub async fn run(
    connection: &mut Connection,
    import: &Import<'_>,
    lines: Lines,
    report: &mut Report,
) -> AppResult<()> {
    if import.is_try {
        connection.begin().await?;
    }
    let done = Run::new(import, report).all(connection, lines).await;
    if import.is_try {
        connection.take_back().await?;
    }
    done
}

/// An import in the middle of it.
struct Run<'a> {
    import: &'a Import<'a>,
    report: &'a mut Report,
    /// Articles whose related stories are still to be named: the line, the article, and the stories.
    unrelated: Vec<(u64, Uuid, Value)>,
    /// How many articles were made when the tables were surveyed last.
    surveyed: u64,
}

impl<'a> Run<'a> {
    fn new(import: &'a Import<'a>, report: &'a mut Report) -> Self {
        Self {
            import,
            report,
            unrelated: Vec::new(),
            surveyed: 0,
        }
    }

    async fn all(mut self, connection: &mut Connection, lines: Lines) -> AppResult<()> {
        let mut batches = Batches::begin(lines, self.import.context.clone());
        while let Some(batch) = batches.next().await? {
            self.take(connection, batch).await?;
            self.survey(connection).await?;
            if self.is_stopped() {
                return Ok(());
            }
        }
        self.relate(connection).await
    }

    /// Who writes now: whoever asks for what was modified since must find what a long import wrote meanwhile.
    fn author(&self) -> Author {
        let at = self.import.context.clock.now();
        Author::of_operator(Writer { key_id: None, at })
    }

    /// Surveys the tables after the first articles, and whenever there are many times as many: plans that are kept
    /// from when they were empty would go through all of them for each look-up.
    async fn survey(&mut self, connection: &mut Connection) -> AppResult<()> {
        let created = self.report.counts.created;
        if created > GROWTH * self.surveyed {
            model::survey(connection).await?;
            self.surveyed = created;
        }
        Ok(())
    }

    fn is_stopped(&mut self) -> bool {
        (self.import.tell)(&self.report.counts);
        self.report.is_interrupted = self.import.stop.load(Ordering::Relaxed);
        self.report.is_interrupted
    }

    async fn take(&mut self, connection: &mut Connection, mut batch: Vec<Entry>) -> AppResult<()> {
        let together = Together {
            author: &self.author(),
            context: self.import.context,
            minter: self.import.minter,
        };
        let outcomes = together.write(connection, &mut batch).await?;
        for (entry, outcome) in batch.into_iter().zip(outcomes) {
            let counts = &mut self.report.counts;
            counts.lines += 1;
            match outcome {
                Some(Outcome::Created) => counts.created += 1,
                Some(Outcome::Unchanged) => counts.unchanged += 1,
                None => self.take_alone(connection, entry).await?,
            }
        }
        Ok(())
    }

    async fn take_alone(&mut self, connection: &mut Connection, entry: Entry) -> AppResult<()> {
        let Entry { number, line } = entry;
        let author = self.author();
        let done = match line {
            Ok(line) => self.write(connection, &author, (line, number)).await,
            Err(fault) => Err(fault),
        };
        let counts = &mut self.report.counts;
        match done {
            Ok(Done::Created(_)) => counts.created += 1,
            Ok(Done::Written(article)) if article.row.modified_at == author.writer.at => {
                counts.updated += 1;
            }
            Ok(_) => counts.unchanged += 1,
            Err(fault) if fault.code().status() >= 500 => return Err(fault),
            Err(fault) => self.report.refuse(number, &fault),
        }
        Ok(())
    }

    /// Makes or replaces the article of a line. Where stories are related that are not there yet, they are named
    /// when all lines are in.
    async fn write(
        &mut self,
        connection: &mut Connection,
        author: &Author,
        (line, number): (Line, u64),
    ) -> AppResult<Done<Article>> {
        let Import {
            context, minter, ..
        } = self.import;
        let upsert = Upsert::new(author, context, minter, Precondition::default());
        let Line {
            name, mut members, ..
        } = line;
        match upsert.run(connection, &members, &name).await {
            Err(fault) if is_of_related_alone(&fault) => {
                let related = members.shift_remove("related").unwrap_or_default();
                let done = upsert.run(connection, &members, &name).await?;
                if let Done::Created(article) | Done::Written(article) = &done {
                    self.unrelated.push((number, article.row.id, related));
                }
                Ok(done)
            }
            done => done,
        }
    }

    async fn relate(&mut self, connection: &mut Connection) -> AppResult<()> {
        let context = self.import.context;
        for (number, id, related) in std::mem::take(&mut self.unrelated) {
            let author = self.author();
            let changes = Map::from_iter([("related".to_owned(), related)]);
            let change = |before: &Current| {
                WriteArticle::patched(before, changes)?.parse(context, author.writer.at)
            };
            let expected = Precondition::default();
            match author.update(connection, id, &expected, change).await {
                Ok(_) => {}
                Err(fault) if fault.code().status() >= 500 => return Err(fault),
                Err(fault) => self.report.note(number, &fault),
            }
        }
        Ok(())
    }
}

fn is_of_related_alone(fault: &AppError) -> bool {
    let mut pointers = fault.faults().iter().map(|fault| &fault.pointer);
    !fault.faults().is_empty()
        && pointers.all(|pointer| {
            pointer
                .as_ref()
                .is_some_and(|at| at.starts_with("/related"))
        })
}
