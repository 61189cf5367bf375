//! The lines of a file, some at a time: read in a thread of their own, while the database works on those before.

use std::{
    io::{self, BufRead},
    thread::JoinHandle,
};

use tokio::sync::mpsc::{self, Receiver, Sender};

use super::line::Line;
use crate::base::{
    context::Context,
    error::{AppError, AppResult, Code},
    lines,
};

/// Lines that are written together: few enough that it takes a moment, many enough that what each statement costs
/// does not count.
const LINES: usize = 2000;
/// Bytes of lines that are enough, however few they are.
const BYTES: usize = 4 * 1024 * 1024;
/// Batches that wait, read.
const AHEAD: usize = 2;

/// A line of the file that is not empty.
#[derive(Debug)]
pub struct Entry {
    /// Its number, from 1.
    pub number: u64,
    /// What it says, as far as it can be read.
    pub line: AppResult<Line>,
}

/// The lines of a file.
pub struct Batches {
    read: Receiver<io::Result<Vec<Entry>>>,
    /// `None` once it is known how it ended.
    reader: Option<JoinHandle<()>>,
}

impl Batches {
    /// Begins to read.
    ///
    /// The thread is none of the runtime's, which would wait at its end for input that may never come.
    pub fn begin(lines: impl BufRead + Send + 'static, context: Context) -> Self {
        let (ready, read) = mpsc::channel(AHEAD);
        let reader = std::thread::spawn(move || read_all(lines, &context, &ready));
        Self {
            read,
            reader: Some(reader),
        }
    }

    /// The next lines; `None` at the end of the file.
    pub async fn next(&mut self) -> AppResult<Option<Vec<Entry>>> {
        if let Some(batch) = self.read.recv().await {
            return batch.map(Some).map_err(|fault| unreadable(&fault));
        }
        let ended = self.reader.take().map(JoinHandle::join);
        match ended {
            Some(Err(_)) => Err(AppError::internal(&"the lines were not read to the end")),
            Some(Ok(())) | None => Ok(None),
        }
    }
}

/// Until the end of the file, a fault, or the end of those who listen.
fn read_all(lines: impl BufRead, context: &Context, ready: &Sender<io::Result<Vec<Entry>>>) {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    for line in lines::numbered(lines) {
        let (number, line) = match line {
            Ok(line) => line,
            Err(fault) => {
                // Nobody listens any more where this fails.
                let _ = ready.blocking_send(Ok(batch));
                let _ = ready.blocking_send(Err(fault));
                return;
            }
        };
        bytes += line.as_ref().map_or(0, Vec::len);
        let line = Line::read(line, context);
        batch.push(Entry { number, line });
        if batch.len() == LINES || bytes >= BYTES {
            if ready.blocking_send(Ok(std::mem::take(&mut batch))).is_err() {
                return;
            }
            bytes = 0;
        }
    }
    let _ = ready.blocking_send(Ok(batch));
}

fn unreadable(fault: &io::Error) -> AppError {
    AppError::new(
        Code::MalformedDocument,
        format!("The file cannot be read: {fault}."),
    )
}
