use serde::Serialize;
use utoipa::ToSchema;

use super::report::{Counts, Problem, Report};

/// What became of a file of tags.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagImport)]
pub struct ImportView {
    /// Tags that the file has.
    #[schema(example = 1387)]
    read: u64,
    /// Tags that were made, or would be.
    #[schema(example = 1387)]
    created: u64,
    /// Tags that were changed, or would be.
    #[schema(example = 0)]
    updated: u64,
    /// Tags that were so already.
    #[schema(example = 0)]
    unchanged: u64,
    /// Tags of the file that were left as they are: they were merged into others, or stand in the file
    /// twice; `problems` say which.
    #[schema(example = 0)]
    skipped: u64,
    /// Tags of the file that were refused; `problems` say why.
    #[schema(example = 0)]
    refused: u64,
    /// What else the file has: schemes, collections and other nodes that are no concepts.
    #[schema(example = 0)]
    ignored: u64,
    /// What was refused, left out, or should be looked at: the first thousand, in the order of the
    /// work and not of the file.
    problems: Vec<ProblemView>,
    /// How many problems there are in all.
    #[schema(example = 1)]
    problem_count: u64,
}

/// Something of a file that was not taken over as it stands there, or that somebody should look at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TagImportProblem)]
pub struct ProblemView {
    /// Where it stands: a line, or the address of a concept.
    #[schema(example = "line 7")]
    r#where: String,
    /// What kind of problem it is, a code of this API: `tag-name-taken` and `external-id-taken` where tags
    /// share a name or claim an identifier, `unknown-tag` and `tag-cycle` where a tag cannot be part of
    /// another, and those that a write of the tag would be refused with.
    #[schema(example = "tag-name-taken")]
    code: &'static str,
    /// What happened.
    #[schema(example = "\"music theatre\" (en-GB) is a name of topic:music-theatre-2 too.")]
    detail: String,
    /// The tag that it is about, if it is there.
    #[schema(example = "topic:music-theatre")]
    key: Option<String>,
}

impl From<Report> for ImportView {
    fn from(report: Report) -> Self {
        let Counts {
            read,
            created,
            updated,
            unchanged,
            skipped,
            refused,
            ignored,
        } = report.counts;
        Self {
            read,
            created,
            updated,
            unchanged,
            skipped,
            refused,
            ignored,
            problems: report.problems.into_iter().map(ProblemView::from).collect(),
            problem_count: report.problem_count,
        }
    }
}

impl From<Problem> for ProblemView {
    fn from(problem: Problem) -> Self {
        let Problem {
            place,
            code,
            detail,
            key,
        } = problem;
        Self {
            r#where: place,
            code: code.as_str(),
            detail,
            key,
        }
    }
}
