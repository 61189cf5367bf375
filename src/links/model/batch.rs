use super::{Change, Link, create, delete, restore, update};
use crate::{
    base::{
        batch::{self, Done},
        db::Connection,
        error::AppResult,
        etag::Precondition,
    },
    changes::Writer,
    codes::{Code, Minter, NewLink},
};

/// A link that is there, and what a write expects of it.
#[derive(Debug)]
pub struct Named {
    /// The short domain.
    pub domain: String,
    /// The code.
    pub code: Code,
    /// What is expected of its version.
    pub condition: Precondition,
}

/// What a link becomes, out of what it is.
pub type ChangeOf<'a> = Box<dyn FnOnce(&Link) -> AppResult<Change> + Send + 'a>;

/// What a write of a batch does.
pub enum Verb<'a> {
    /// Makes a link.
    Create(Box<NewLink>, Option<Code>),
    /// Changes one.
    Update(Named, ChangeOf<'a>),
    /// Makes one gone.
    Delete(Named),
    /// Makes one active again.
    Restore(Named),
}

/// One write of a batch.
pub struct Operation<'a> {
    verb: Verb<'a>,
    writer: &'a Writer,
    minter: &'a Minter,
}

impl<'a> Operation<'a> {
    /// What is done, by whom, and what makes codes for it.
    pub fn new(verb: Verb<'a>, writer: &'a Writer, minter: &'a Minter) -> Self {
        Self {
            verb,
            writer,
            minter,
        }
    }
}

impl batch::Operation for Operation<'_> {
    type Resource = Link;

    async fn apply(self, conn: &mut Connection) -> AppResult<Done<Link>> {
        let Self {
            verb,
            writer,
            minter,
        } = self;
        match verb {
            Verb::Create(new, code) => {
                let link = create(conn, writer, minter, (&new, code.as_ref())).await?;
                Ok(Done::Created(link))
            }
            Verb::Update(named, change) => {
                let name = (named.domain.as_str(), named.code.as_str());
                let link = update(conn, writer, name, &named.condition, change).await?;
                Ok(Done::Written(link))
            }
            Verb::Delete(named) => {
                let name = (named.domain.as_str(), named.code.as_str());
                delete(conn, writer, name, &named.condition).await?;
                Ok(Done::Deleted)
            }
            Verb::Restore(named) => {
                let name = (named.domain.as_str(), named.code.as_str());
                let link = restore(conn, writer, name, &named.condition).await?;
                Ok(Done::Written(link))
            }
        }
    }
}
