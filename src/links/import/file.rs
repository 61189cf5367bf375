//! The lines of a file, in either format.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use serde::Deserialize;

use crate::base::lines;

/// Most bytes of a line: the longest address, and room to spare.
const MAX_LINE: usize = 16 * 1024;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values (RFC 4180) with a header.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl Format {
    /// The format that a file's name tells.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }
}

/// What a line says, before it is known whether it is right.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLine {
    /// The short domain.
    pub domain: String,
    /// The code.
    pub code: String,
    /// The address that the link leads to.
    #[serde(default)]
    pub target: Option<String>,
    /// The article that it leads to instead.
    #[serde(default)]
    pub article_id: Option<String>,
    /// When it stops leading there.
    #[serde(default)]
    pub expires_at: Option<String>,
}

/// A line by its number, from 1; what cannot be read has the reason instead.
pub type NumberedLine = (u64, Result<RawLine, String>);

/// A file, or standard input.
pub struct Source(Box<dyn Iterator<Item = io::Result<NumberedLine>> + Send>);

impl Source {
    /// Opens a file; `-` is standard input.
    pub fn open(path: &Path, format: Format) -> io::Result<Self> {
        let bytes: Box<dyn Read + Send> = if path == Path::new("-") {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(path)?)
        };
        match format {
            Format::Csv => csv_lines(bytes),
            Format::Ndjson => Ok(Self(Box::new(json_lines(bytes)))),
        }
    }
}

impl Iterator for Source {
    type Item = io::Result<NumberedLine>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

fn csv_lines(bytes: Box<dyn Read + Send>) -> io::Result<Source> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let header = reader.headers().map_err(io::Error::other)?.clone();
    check_header(&header)?;
    let mut last = 1;
    let lines = reader.into_records().map(move |record| {
        let place = match &record {
            Ok(record) => record.position(),
            Err(fault) => fault.position(),
        };
        let number = place.map_or(last + 1, csv::Position::line);
        last = number;
        let unreadable = |fault: csv::Error| format!("cannot be read: {fault}");
        match record {
            Err(fault) if fault.is_io_error() => Err(io::Error::other(fault)),
            Err(fault) => Ok((number, Err(unreadable(fault)))),
            // What follows an open quote is one long field, up to the next quote.
            Ok(record) if record.as_slice().len() > MAX_LINE => Ok((number, Err(too_long()))),
            Ok(record) => {
                let line = record.deserialize(Some(&header));
                Ok((number, line.map_err(unreadable)))
            }
        }
    });
    Ok(Source(Box::new(lines)))
}

fn too_long() -> String {
    format!(
        "cannot be read: longer than {MAX_LINE} bytes; a quote may be open, and later lines be part of this one"
    )
}

/// A column that is misspelt would be missing from every line.
fn check_header(header: &csv::StringRecord) -> io::Result<()> {
    const KNOWN: [&str; 5] = ["domain", "code", "target", "article_id", "expires_at"];
    let wrong = header.iter().find(|name| !KNOWN.contains(name));
    let missing = ["domain", "code"]
        .into_iter()
        .find(|name| !header.iter().any(|known| known == *name));
    if let Some((_, twice)) = header
        .iter()
        .enumerate()
        .find(|(place, name)| header.iter().take(*place).any(|before| before == *name))
    {
        return Err(io::Error::other(format!(
            "the header has a column {twice:?} twice"
        )));
    }
    match (wrong, missing) {
        (Some(wrong), _) => Err(io::Error::other(format!(
            "the header has a column {wrong:?}; the columns are {}",
            KNOWN.join(",")
        ))),
        (None, Some(missing)) => Err(io::Error::other(format!(
            "the header has no column {missing}"
        ))),
        (None, None) => Ok(()),
    }
}

fn json_lines(
    bytes: Box<dyn Read + Send>,
) -> impl Iterator<Item = io::Result<NumberedLine>> + Send {
    lines::numbered(BufReader::new(bytes)).map(|line| {
        let (number, line) = line?;
        let read = |line: Vec<u8>| {
            serde_json::from_slice(&line).map_err(|fault| format!("cannot be read: {fault}"))
        };
        Ok((number, line.and_then(read)))
    })
}
