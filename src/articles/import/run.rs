//! Takes a file in, some lines in each transaction; related stories, which may stand further down, at the end.

use std::{
    io::BufRead,
    sync::atomic::{AtomicBool, Ordering},
};

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    line::Line,
    report::{Counts, Report},
};
use crate::{
    articles::{
        author::Author,
        input::WriteArticle,
        model::{Article, Current},
        upsert::Upsert,
    },
    base::{
        batch::Done,
        context::Context,
        db::Connection,
        error::{AppError, AppResult, Code},
        etag::Precondition,
    },
    changes::Writer,
    codes::Minter,
};

/// Lines of a transaction: few enough that one takes a moment, many enough that its commit does not
/// count.
const BATCH: usize = 100;

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
    lines: impl BufRead,
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
    author: Author,
    report: &'a mut Report,
    /// Articles whose related stories are still to be named: the line, the article, and the stories.
    unrelated: Vec<(u64, Uuid, Value)>,
}

impl<'a> Run<'a> {
    fn new(import: &'a Import<'a>, report: &'a mut Report) -> Self {
        let at = import.context.clock.now();
        let writer = Writer { key_id: None, at };
        Self {
            import,
            author: Author::of_operator(writer),
            report,
            unrelated: Vec::new(),
        }
    }

    async fn all(mut self, connection: &mut Connection, lines: impl BufRead) -> AppResult<()> {
        let mut lines = lines.split(b'\n').zip(1_u64..);
        loop {
            let batch: Vec<_> = lines.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            connection.begin().await?;
            for (line, number) in batch {
                let line = line.map_err(|fault| unreadable(&fault))?;
                if !line.trim_ascii().is_empty() {
                    self.take(connection, &line, number).await?;
                }
            }
            connection.commit().await?;
            if self.is_stopped() {
                return Ok(());
            }
        }
        self.relate(connection).await
    }

    fn is_stopped(&mut self) -> bool {
        (self.import.tell)(&self.report.counts);
        self.report.is_interrupted = self.import.stop.load(Ordering::Relaxed);
        self.report.is_interrupted
    }

    async fn take(
        &mut self,
        connection: &mut Connection,
        line: &[u8],
        number: u64,
    ) -> AppResult<()> {
        self.report.counts.lines += 1;
        let done = match Line::read(line) {
            Ok(line) => self.write(connection, line, number).await,
            Err(fault) => Err(fault),
        };
        let counts = &mut self.report.counts;
        match done {
            Ok(Done::Created(_)) => counts.created += 1,
            Ok(Done::Written(article)) if article.row.modified_at == self.author.writer.at => {
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
        line: Line,
        number: u64,
    ) -> AppResult<Done<Article>> {
        let Import {
            context, minter, ..
        } = self.import;
        let upsert = Upsert::new(&self.author, context, minter, Precondition::default());
        let Line { name, mut members } = line;
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
        let (context, at) = (self.import.context, self.author.writer.at);
        for (number, id, related) in std::mem::take(&mut self.unrelated) {
            let changes = Map::from_iter([("related".to_owned(), related)]);
            let change =
                |before: &Current| WriteArticle::patched(before, changes)?.parse(context, at);
            let expected = Precondition::default();
            match self.author.update(connection, id, &expected, change).await {
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

fn unreadable(fault: &std::io::Error) -> AppError {
    AppError::new(
        Code::MalformedDocument,
        format!("The file cannot be read: {fault}."),
    )
}
