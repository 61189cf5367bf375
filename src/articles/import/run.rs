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
        name::Name,
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
    unrelated: Vec<Unrelated>,
    /// How many articles were made when the tables were surveyed last.
    surveyed: u64,
}

/// An article whose related stories are still to be named.
struct Unrelated {
    /// The number of its line.
    line: u64,
    article: Uuid,
    related: Value,
    /// What the line came to so far.
    so_far: Outcome,
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
            self.report.counts.lines += 1;
            match outcome {
                Some(outcome) => *self.report.counts.of(outcome) += 1,
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
        match done {
            Ok(outcome) => *self.report.counts.of(outcome) += 1,
            Err(fault) if fault.code().status() >= 500 => return Err(fault),
            Err(fault) => self.report.refuse(number, &fault),
        }
        Ok(())
    }

    /// Makes or replaces the article of a line. Where stories are related that are not there yet, they are named
    /// when all lines are in; until then it is related to what it was.
    async fn write(
        &mut self,
        connection: &mut Connection,
        author: &Author,
        (line, number): (Line, u64),
    ) -> AppResult<Outcome> {
        let Import {
            context, minter, ..
        } = self.import;
        let upsert = Upsert::new(author, context, minter, Precondition::default());
        let Line {
            name, mut members, ..
        } = line;
        match upsert.run(connection, &members, &name).await {
            Err(fault) if is_of_related_alone(&fault) => {}
            done => return Ok(outcome(&done?, author)),
        }
        let known = related_now(connection, &name).await?;
        let related = members.insert("related".to_owned(), known);
        let done = upsert.run(connection, &members, &name).await?;
        let so_far = outcome(&done, author);
        if let Done::Created(article) | Done::Written(article) = done {
            self.unrelated.push(Unrelated {
                line: number,
                article: article.row.id,
                related: related.unwrap_or_default(),
                so_far,
            });
        }
        Ok(so_far)
    }

    async fn relate(&mut self, connection: &mut Connection) -> AppResult<()> {
        let context = self.import.context;
        for unrelated in std::mem::take(&mut self.unrelated) {
            let Unrelated {
                line,
                article,
                related,
                so_far,
            } = unrelated;
            let author = self.author();
            let changes = Map::from_iter([("related".to_owned(), related)]);
            let change = |before: &Current| {
                WriteArticle::patched(before, changes)?.parse(context, author.writer.at)
            };
            let expected = Precondition::default();
            let done = author.update(connection, article, &expected, change).await;
            match done.map(|article| outcome(&Done::Written(article), &author)) {
                Ok(Outcome::Updated) if matches!(so_far, Outcome::Unchanged) => {
                    *self.report.counts.of(so_far) -= 1;
                    *self.report.counts.of(Outcome::Updated) += 1;
                }
                Ok(_) => {}
                Err(fault) if fault.code().status() >= 500 => return Err(fault),
                Err(fault) => {
                    *self.report.counts.of(so_far) -= 1;
                    self.report.refuse(line, &fault);
                }
            }
        }
        Ok(())
    }
}

/// What a write came to.
fn outcome(done: &Done<Article>, author: &Author) -> Outcome {
    match done {
        Done::Created(_) => Outcome::Created,
        Done::Written(article) if article.row.modified_at == author.writer.at => Outcome::Updated,
        Done::Written(_) | Done::Deleted => Outcome::Unchanged,
    }
}

/// The stories that the article of this name is related to now, as a document says it.
async fn related_now(connection: &Connection, name: &Name) -> AppResult<Value> {
    let Some(id) = name.find(connection).await? else {
        return Ok(Value::Array(Vec::new()));
    };
    let related = model::related_to(connection, id).await?;
    Ok(related.iter().map(Uuid::to_string).collect())
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
