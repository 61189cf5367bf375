//! What became of an import.

use std::fmt;

use crate::base::error::{AppError, Code};

/// How many entries of a file came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Entries that were read.
    pub read: u64,
    /// Tags that were made, or would be.
    pub created: u64,
    /// Tags that were changed, or would be.
    pub updated: u64,
    /// Entries whose tag was so already.
    pub unchanged: u64,
    /// Entries whose tag was left as it is, though they may say something else.
    pub skipped: u64,
    /// Entries that were refused.
    pub refused: u64,
    /// What the file has besides tags.
    pub ignored: u64,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            read,
            created,
            updated,
            unchanged,
            skipped,
            refused,
            ignored,
        } = self;
        write!(
            f,
            "{read} tags read: {created} created, {updated} updated, {unchanged} unchanged, {refused} refused"
        )?;
        if *skipped > 0 {
            write!(f, ", {skipped} skipped")?;
        }
        if *ignored > 0 {
            write!(f, "; {ignored} nodes that are no concepts ignored")?;
        }
        Ok(())
    }
}

/// Something of a file that was not taken over as it stands there, or that somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands: a line, or the address of a concept.
    pub place: String,
    /// What kind of problem it is.
    pub code: Code,
    /// What happened.
    pub detail: String,
    /// The tag that it is about, if there is one.
    pub key: Option<String>,
}

impl Problem {
    /// A problem at this place, with no tag yet.
    pub fn new(place: &str, code: Code, detail: impl Into<String>) -> Self {
        Self {
            place: place.to_owned(),
            code,
            detail: detail.into(),
            key: None,
        }
    }

    /// The refusal of what stands at this place.
    pub fn of(place: &str, error: &AppError) -> Self {
        let detail = match (error.code(), error.faults()) {
            (Code::Invalid | Code::InvalidBody, [_, ..]) => error.faults_in_words(),
            _ => error.detail().to_owned(),
        };
        Self {
            key: error.member("key").map(str::to_owned),
            ..Self::new(place, error.code(), detail)
        }
    }

    /// The same, about this tag.
    pub fn about(self, key: String) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }
}

/// What is known of an import, while it runs and afterwards.
#[derive(Debug)]
pub struct Report {
    /// How much came to what.
    pub counts: Counts,
    /// The problems, the first of them if there are more than are wanted.
    pub problems: Vec<Problem>,
    /// How many problems there were.
    pub problem_count: u64,
    /// Whether the import was asked to stop before its end.
    pub is_interrupted: bool,
    most: usize,
}

impl Report {
    /// A report that keeps so many problems.
    pub fn keeping(most: usize) -> Self {
        Self {
            counts: Counts::default(),
            problems: Vec::new(),
            problem_count: 0,
            is_interrupted: false,
            most,
        }
    }

    /// Notes a problem.
    pub fn note(&mut self, problem: Problem) {
        self.problem_count += 1;
        if self.problems.len() < self.most {
            self.problems.push(problem);
        }
    }

    /// Notes that the tag of an entry is left as it is.
    pub fn skip(&mut self, problem: Problem) {
        self.counts.skipped += 1;
        self.note(problem);
    }

    /// Notes that an entry is refused.
    pub fn refuse(&mut self, problem: Problem) {
        self.counts.refused += 1;
        self.note(problem);
    }
}
