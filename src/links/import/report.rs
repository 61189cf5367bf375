//! What became of an import.

use std::{
    fmt,
    fs::File,
    io,
    path::{Path, PathBuf},
};

use super::file::RawLine;

/// How many lines came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Lines that were read.
    pub lines: u64,
    /// Links that were made, or would be.
    pub imported: u64,
    /// Lines whose link was there already.
    pub unchanged: u64,
    /// Lines that were refused.
    pub refused: u64,
    /// Whether the import was asked to stop before the end of the file.
    pub is_interrupted: bool,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} lines: {} imported, {} unchanged, {} refused",
            self.lines, self.imported, self.unchanged, self.refused
        )
    }
}

fn begin(path: &Path) -> io::Result<csv::Writer<File>> {
    let mut file = csv::Writer::from_path(path)?;
    file.write_record(["line", "domain", "code", "reason"])?;
    Ok(file)
}

/// The file of refused lines. It is made with the first of them; one of an earlier run is replaced in any case.
pub struct Report {
    path: PathBuf,
    file: Option<csv::Writer<File>>,
}

impl Report {
    /// A report at this path.
    pub fn at(path: PathBuf) -> Self {
        Self { path, file: None }
    }

    /// Notes a refused line.
    pub fn note(&mut self, number: u64, line: Option<&RawLine>, reason: &str) -> io::Result<()> {
        let (domain, code) = line.map_or(("", ""), |line| (&line.domain, &line.code));
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(begin(&self.path)?),
        };
        Ok(file.write_record([&number.to_string(), domain, code, reason])?)
    }

    /// Ends the report; answers where it is, if any line was refused.
    pub fn finish(self) -> io::Result<Option<PathBuf>> {
        match self.file {
            None if self.path.exists() => begin(&self.path)?.flush().map(|()| None),
            None => Ok(None),
            Some(mut file) => {
                file.flush()?;
                Ok(Some(self.path))
            }
        }
    }
}
