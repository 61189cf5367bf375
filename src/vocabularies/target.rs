//! Which tag an entry is about.

use std::collections::HashMap;

use super::{
    entry::{Entry, Name},
    model::Owner,
    report::Problem,
    wish::Wish,
};
use crate::{
    base::error::Code,
    tags::{ExternalId, TagKind, TagRef},
};

/// What an entry is about.
#[derive(Debug)]
pub enum Target {
    /// A tag that is there; `None` where it is to be made.
    Tag(Option<i32>),
    /// A tag that is to be left as it is.
    Left(Problem),
    /// Nothing that can be written.
    Refused(Problem),
}

/// Whom the names of a batch name.
type Owners = HashMap<Name, Owner>;

/// The tag that an entry is about: that of its key, else of its own identifier, else of another that
/// names a tag of its kind, else of its name.
pub fn find(entry: &Entry, ids: &[ExternalId], owners: &Owners, default: TagKind) -> Target {
    let kind = entry.kind().unwrap_or(default);
    for name in entry.names(ids, default) {
        let Some(owner) = owners.get(&name) else {
            continue;
        };
        let is_own = match &name {
            Name::Ref(TagRef::External(id)) => entry.own.as_ref() == Some(id),
            Name::Ref(TagRef::Key(_)) | Name::Called(..) => true,
        };
        let about = |detail: String| {
            let problem = Problem::new(&entry.place, Code::Gone, detail);
            problem.about(owner.key.clone())
        };
        match owner {
            owner if owner.is_deleted && is_own => {
                return Target::Refused(about(format!("{} was deleted.", owner.key)));
            }
            // Its names and its place are the other's now, as somebody decided.
            owner if owner.is_merged && is_own => {
                let detail = format!("{} was merged into {}.", entry.code(), owner.key);
                return Target::Left(about(detail));
            }
            owner if is_own || owner.kind == kind && !owner.is_deleted => {
                return Target::Tag(Some(owner.id));
            }
            _ => {}
        }
    }
    Target::Tag(None)
}

/// What is wished of an entry's tag, and what is to be told: identifiers that another tag has stay
/// there.
pub fn wish<'e>(
    entry: &'e Entry,
    ids: &[ExternalId],
    target: Option<i32>,
    owners: &Owners,
) -> (Wish<'e>, Vec<Problem>) {
    let (mut kept, mut problems) = (Vec::with_capacity(ids.len()), Vec::new());
    for id in ids {
        match owners.get(&Name::Ref(TagRef::External(id.clone()))) {
            Some(owner) if Some(owner.id) != target => {
                let detail = format!("{id} stays with {}, which has it already.", owner.key);
                problems.push(Problem::new(&entry.place, Code::ExternalIdTaken, detail));
            }
            _ => kept.push(id.clone()),
        }
    }
    let wish = Wish {
        entry,
        ids: kept,
        target,
    };
    (wish, problems)
}

/// Which entry was the first about each tag. Where two know a tag by different names, the first counts:
/// otherwise each import would write both in turn.
#[derive(Debug, Default)]
pub struct Firsts(HashMap<i32, String>);

impl Firsts {
    /// The target of an entry, left as it is if another entry is about it.
    pub fn check(&mut self, entry: &Entry, target: Target) -> Target {
        let Target::Tag(Some(id)) = target else {
            return target;
        };
        let code = entry.code();
        let first = self.0.entry(id).or_insert_with(|| code.clone());
        if *first == code {
            return target;
        }
        let detail = format!("This is the tag of {first}, which stands further up.");
        Target::Left(Problem::new(&entry.place, Code::TagKeyTaken, detail))
    }

    /// Notes for whom a tag was made.
    pub fn note(&mut self, entry: &Entry, id: i32) {
        self.0.entry(id).or_insert_with(|| entry.code());
    }
}
