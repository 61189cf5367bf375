use diesel_async::AsyncPgConnection;

use super::{
    Found, Tag, find,
    writes::{NewTag, create, delete, update},
};
use crate::{
    base::{
        batch::{self, Done},
        db::Connection,
        error::{AppError, AppResult, Code},
        etag::Precondition,
    },
    changes::Writer,
    tags::{
        key::{Slug, TagKey, TagRef},
        kind::TagKind,
    },
};

/// A tag that is written, and what is expected of its version.
#[derive(Debug)]
pub struct Named {
    /// A key, present or former, or an identifier.
    pub name: TagRef,
    /// What is expected of it.
    pub condition: Precondition,
}

/// What a tag becomes, out of what it is.
pub type ChangeOf<'a> = Box<dyn FnOnce(&Tag) -> AppResult<NewTag> + Send + 'a>;

/// What a tag is to be, out of what its key says: the kind, and the slug where the key is new.
pub type WantedOf<'a> =
    Box<dyn Fn((TagKind, Option<Slug>)) -> AppResult<NewTag> + Send + Sync + 'a>;

/// What a write of a batch does.
pub enum Verb<'a> {
    /// Makes a tag.
    Create(Box<NewTag>),
    /// Makes or replaces one.
    Replace(Named, WantedOf<'a>),
    /// Changes one.
    Update(Named, ChangeOf<'a>),
    /// Deletes one; `true` even if articles are filed under it.
    Delete(Named, bool),
}

/// One write of a batch.
pub struct Operation<'a> {
    /// What it does.
    pub verb: Verb<'a>,
    /// Who does it.
    pub writer: &'a Writer,
}

/// What a replacement came to.
#[derive(Debug)]
pub enum Replaced {
    /// A new tag.
    Created(Box<Tag>),
    /// A tag that was there.
    Written(Box<Tag>),
    /// The name leads to no tag that could be replaced.
    Elsewhere(Found),
}

impl batch::Operation for Operation<'_> {
    type Resource = Tag;

    async fn apply(self, conn: &mut Connection) -> AppResult<Done<Tag>> {
        let Self { verb, writer } = self;
        match verb {
            Verb::Create(new) => {
                let tag = create(conn, writer, &new).await?;
                Ok(Done::Created(tag))
            }
            Verb::Replace(Named { name, condition }, wanted) => {
                let mut replaced = replace(conn, writer, (&name, &condition), &wanted).await?;
                if let Replaced::Elsewhere(Found::Moved(key)) = &replaced
                    && let Some(name) = TagRef::parse(key)
                {
                    replaced = replace(conn, writer, (&name, &condition), &wanted).await?;
                }
                match replaced {
                    Replaced::Created(tag) => Ok(Done::Created(*tag)),
                    Replaced::Written(tag) => Ok(Done::Written(*tag)),
                    Replaced::Elsewhere(found) => Err(absent(&found)),
                }
            }
            Verb::Update(Named { name, condition }, change) => {
                let id = present(conn, &name).await?;
                let tag = update(conn, writer, id, &condition, change).await?;
                Ok(Done::Written(tag))
            }
            Verb::Delete(Named { name, condition }, is_forced) => {
                let id = present(conn, &name).await?;
                delete(conn, writer, id, &condition, is_forced).await?;
                Ok(Done::Deleted)
            }
        }
    }
}

/// Replaces the tag of this name, or makes it if the name is a key that no tag had.
pub async fn replace(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    (name, condition): (&TagRef, &Precondition),
    wanted: impl Fn((TagKind, Option<Slug>)) -> AppResult<NewTag>,
) -> AppResult<Replaced> {
    let mut found = find(conn, name).await?;
    if let (Found::Nothing, TagRef::Key(TagKey { kind, slug })) = (&found, name) {
        condition.check_absent()?;
        let new = wanted((*kind, Some(slug.clone())))?;
        match create(conn, writer, &new).await {
            // Somebody was faster, so there is something to replace.
            Err(fault) if fault.code() == Code::TagKeyTaken => found = find(conn, name).await?,
            made => return Ok(Replaced::Created(Box::new(made?))),
        }
    }
    let Found::Tag(before) = found else {
        return Ok(Replaced::Elsewhere(found));
    };
    let (new, id) = (wanted((before.row.kind, None))?, before.row.id);
    let tag = update(conn, writer, id, condition, |_| Ok(new)).await?;
    Ok(Replaced::Written(Box::new(tag)))
}

/// The number of the tag of this name, present or former.
async fn present(conn: &AsyncPgConnection, name: &TagRef) -> AppResult<i32> {
    let mut found = find(conn, name).await?;
    if let Found::Moved(key) = &found
        && let Some(name) = TagRef::parse(key)
    {
        found = find(conn, &name).await?;
    }
    match found {
        Found::Tag(tag) => Ok(tag.row.id),
        other => Err(absent(&other)),
    }
}

fn absent(found: &Found) -> AppError {
    match found {
        Found::Deleted => AppError::new(Code::Gone, "The tag was deleted."),
        _ => AppError::not_found(),
    }
}
