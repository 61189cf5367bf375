//! Tags as lines of JSON, as the API answers them.

use std::io::{BufReader, Read};

use super::{entry::Entry, report::Problem};
use crate::base::{
    error::{AppError, AppResult, Code},
    lines::{self, Numbered},
    members::Members,
};

/// Reads a line for each tag. What a line says is read as a merge patch; what cannot be set is
/// ignored.
pub fn read(bytes: impl Read) -> impl Iterator<Item = AppResult<Result<Entry, Problem>>> {
    lines::numbered(BufReader::new(bytes)).map(|line| match line {
        Err(fault) => {
            let detail = format!("The file cannot be read: {fault}.");
            Err(AppError::new(Code::MalformedDocument, detail))
        }
        Ok(line) => Ok(read_line(line)),
    })
}

fn read_line((number, line): Numbered) -> Result<Entry, Problem> {
    let place = format!("line {number}");
    match line.and_then(|line| Members::of_line(&line)) {
        Ok(Members(members)) => Entry::of_document(place, members),
        Err(detail) => Err(Problem::new(&place, Code::MalformedJson, detail)),
    }
}
