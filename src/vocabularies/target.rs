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
    Skipped(Problem),
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
            let code = match &name {
                Name::Called(..) => Code::TagNameTaken,
                Name::Ref(_) => Code::Gone,
            };
            Problem::new(&entry.place, code, detail).about(owner.key.clone())
        };
        match owner {
            owner if owner.is_deleted && is_own => {
                return Target::Refused(about(format!("{} was deleted.", owner.key)));
            }
            // Its names and its place are the other's now, as somebody decided.
            owner if owner.is_aside && is_own => {
                let detail = match &name {
                    Name::Called(..) => format!("This is another name of {}.", owner.key),
                    Name::Ref(_) => format!("{} was merged into {}.", entry.code(), owner.key),
                };
                return Target::Skipped(about(detail));
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

/// Which entry was the first about each tag.
#[derive(Debug, Default)]
pub struct Firsts(HashMap<i32, First>);

/// The entry that was the first about a tag.
#[derive(Debug)]
pub struct First {
    code: String,
    place: String,
}

impl Firsts {
    /// The target of an entry, skipped if another entry is about it: where two know a tag by different
    /// names, the first counts; otherwise each import would write both in turn.
    pub fn check(&mut self, entry: &Entry, target: Target) -> Target {
        let Target::Tag(Some(id)) = target else {
            return target;
        };
        let first = &self.note(entry, id).code;
        if *first == entry.code() {
            return target;
        }
        let detail = format!("This is the tag of {first}, which stands further up.");
        Target::Skipped(Problem::new(&entry.place, Code::TagKeyTaken, detail))
    }

    /// What is to be told of an entry that is written, if another of its name was.
    pub fn again(&self, entry: &Entry, target: Option<i32>) -> Option<Problem> {
        let First { code, place } = self.0.get(&target?)?;
        let detail = format!("{code} stands in {place} too; where they differ, this counts.");
        (*place != entry.place).then(|| Problem::new(&entry.place, Code::TagKeyTaken, detail))
    }

    /// Notes the first entry about a tag; answers which it is.
    pub fn note(&mut self, entry: &Entry, id: i32) -> &First {
        self.0.entry(id).or_insert_with(|| First {
            code: entry.code(),
            place: entry.place.clone(),
        })
    }
}
