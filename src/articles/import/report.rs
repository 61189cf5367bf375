//! What became of an import.

use std::fmt;

use super::together::Outcome;
use crate::base::error::AppError;

/// How many lines came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines that were read.
    pub lines: u64,
    /// Articles that were made, or would be.
    pub created: u64,
    /// Articles that were changed, or would be.
    pub updated: u64,
    /// Lines whose article was so already.
    pub unchanged: u64,
    /// Lines that were refused.
    pub refused: u64,
}

impl Counts {
    /// How many lines came to this.
    pub fn of(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            lines,
            created,
            updated,
            unchanged,
            refused,
        } = self;
        write!(
            f,
            "{lines} lines: {created} created, {updated} updated, {unchanged} unchanged, {refused} refused"
        )
    }
}

/// A line that was refused.
#[derive(Debug)]
pub struct Refusal {
    /// The line's number, from 1.
    pub line: u64,
    /// What kind of failure it is.
    pub code: &'static str,
    /// What is wrong.
    pub reason: String,
}

/// What is known of an import, while it runs and afterwards.
#[derive(Debug, Default)]
pub struct Report {
    /// How much came to what.
    pub counts: Counts,
    /// What was refused.
    pub refusals: Vec<Refusal>,
    /// Whether the import was asked to stop before its end.
    pub is_interrupted: bool,
}

impl Report {
    /// Notes a refused line.
    pub fn refuse(&mut self, line: u64, error: &AppError) {
        self.counts.refused += 1;
        self.refusals.push(Refusal {
            line,
            code: error.code().as_str(),
            reason: match error.faults() {
                [] => error.detail().to_owned(),
                _ => error.faults_in_words(),
            },
        });
    }
}
