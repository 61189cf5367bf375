//! Tags as lines of JSON, as the API answers them.

use std::io::{BufRead, BufReader, Read};

use super::{entry::Entry, report::Problem};
use crate::base::{
    error::{AppError, AppResult, Code},
    members::Members,
};

/// Reads a line for each tag. What a line says is read as a merge patch; what cannot be set is
/// ignored.
pub fn read(bytes: impl Read) -> impl Iterator<Item = AppResult<Result<Entry, Problem>>> {
    let lines = BufReader::new(bytes).split(b'\n').zip(1_u64..);
    lines.filter_map(|(line, number)| match line {
        Err(fault) => {
            let detail = format!("The file cannot be read: {fault}.");
            Some(Err(AppError::new(Code::MalformedDocument, detail)))
        }
        Ok(line) if line.trim_ascii().is_empty() => None,
        Ok(line) => Some(Ok(read_line(&line, number))),
    })
}

fn read_line(line: &[u8], number: u64) -> Result<Entry, Problem> {
    let place = format!("line {number}");
    match Members::of_line(line) {
        Ok(Members(members)) => Entry::of_document(place, members),
        Err(detail) => Err(Problem::new(&place, Code::MalformedJson, detail)),
    }
}
