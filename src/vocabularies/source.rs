//! A file of tags, in any format. It is read more than once.

use std::{
    fs::File,
    io::{Cursor, Read},
    path::PathBuf,
};

use actix_web::web::Bytes;

use super::{
    entry::Entry,
    format::Format,
    lines,
    report::Problem,
    skos::{self, Vocabulary},
    table,
};
use crate::base::error::{AppError, AppResult, Code};

/// Where a text is.
#[derive(Clone, Debug)]
pub enum Text {
    /// In memory.
    Held(Bytes),
    /// In a file.
    File(PathBuf),
}

/// A file of tags.
pub enum Source {
    /// One tag a line, read line by line.
    Lines(Text),
    /// One tag a row, read row by row.
    Table(Text),
    /// Concepts, which are known only when all of the file is.
    Concepts(Vocabulary),
}

/// What a source says, one by one. What cannot be read at all ends it.
pub type Entries<'a> = Box<dyn Iterator<Item = AppResult<Result<Entry, Problem>>> + Send + 'a>;

impl Text {
    fn open(&self) -> AppResult<Box<dyn Read + Send>> {
        match self {
            Self::Held(bytes) => Ok(Box::new(Cursor::new(bytes.clone()))),
            Self::File(path) => match File::open(path) {
                Ok(file) => Ok(Box::new(file)),
                Err(fault) => {
                    let detail = format!("{} cannot be opened: {fault}.", path.display());
                    Err(AppError::new(Code::MalformedDocument, detail))
                }
            },
        }
    }
}

impl Source {
    /// A source in this format; `default` is the deployment's language.
    pub fn open(text: Text, format: Format, default: &str) -> AppResult<Self> {
        Ok(match format {
            Format::Ndjson => Self::Lines(text),
            Format::Csv => Self::Table(text),
            Format::JsonLd => Self::Concepts(skos::read_json(text.open()?, default)?),
            Format::Turtle => Self::Concepts(skos::read_turtle(text.open()?, default)?),
        })
    }

    /// What it says.
    pub fn entries(&self) -> AppResult<Entries<'_>> {
        Ok(match self {
            Self::Lines(text) => Box::new(lines::read(text.open()?)),
            Self::Table(text) => Box::new(table::read(text.open()?)?),
            Self::Concepts(vocabulary) => {
                let entries = vocabulary.entries.iter();
                Box::new(entries.map(|entry| Ok(Ok(entry.clone()))))
            }
        })
    }

    /// How many nodes it has that are no tags.
    pub fn ignored(&self) -> u64 {
        match self {
            Self::Concepts(vocabulary) => vocabulary.ignored,
            Self::Lines(_) | Self::Table(_) => 0,
        }
    }
}
