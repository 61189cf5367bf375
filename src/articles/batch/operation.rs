//! One write of a batch, made as the single endpoint makes it.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    articles::{
        author::Author,
        filing::{placed, removed, retagged},
        input::WriteArticle,
        model::{self, Article, Current, find_tag_number},
        name::Name,
        upsert::Upsert,
    },
    base::{
        batch::{self, Done},
        context::Context,
        db::Connection,
        error::{AppError, AppResult},
        etag::Precondition,
    },
    codes::Minter,
    tags::TagRef,
};

/// An article that is written, and what is expected of its version.
#[derive(Debug)]
pub struct Named {
    /// What it is named by; nothing if no article can be called so.
    pub name: Option<Name>,
    /// What is expected of it.
    pub condition: Precondition,
}

/// A tag as an operation names it.
#[derive(Debug)]
pub struct TagName {
    /// As it was written.
    pub raw: String,
    /// What it means; nothing if no tag can be called so.
    pub name: Option<TagRef>,
}

/// What a write does.
#[derive(Debug)]
pub enum Verb {
    /// Makes an article.
    Create(Box<WriteArticle>),
    /// Replaces an article, or makes it.
    Upsert(Named, Map<String, Value>),
    /// Changes an article by a merge patch.
    Patch(Named, Map<String, Value>),
    /// Deletes an article.
    Delete(Named),
    /// Undoes a deletion.
    Restore(Named),
    /// Files an article under a tag, at a place.
    Tag(Named, TagName, Option<u32>),
    /// Files an article under a tag no more.
    Untag(Named, TagName),
}

/// One write of a batch.
pub struct Operation<'a> {
    verb: Verb,
    author: &'a Author,
    context: &'a Context,
    minter: &'a Minter,
}

impl<'a> Operation<'a> {
    /// What an author does in this deployment.
    pub fn new(verb: Verb, author: &'a Author, context: &'a Context, minter: &'a Minter) -> Self {
        Self {
            verb,
            author,
            context,
            minter,
        }
    }
}

impl batch::Operation for Operation<'_> {
    type Resource = Article;

    async fn apply(self, conn: &mut Connection) -> AppResult<Done<Article>> {
        let Self {
            verb,
            author,
            context,
            minter,
        } = self;
        match verb {
            Verb::Create(new) => {
                let wanted = new.parse(context, author.writer.at)?;
                let place = (Uuid::now_v7(), minter);
                let article = author.create(conn, place, &wanted, context).await?;
                Ok(Done::Created(article))
            }
            Verb::Upsert(Named { name, condition }, members) => {
                let name = name.ok_or_else(AppError::not_found)?;
                let upsert = Upsert::new(author, context, minter, condition);
                upsert.run(conn, &members, &name).await
            }
            Verb::Patch(named, changes) => {
                let at = author.writer.at;
                let change =
                    |before: &Current| WriteArticle::patched(before, changes)?.parse(context, at);
                let id = present(conn, &named).await?;
                let article = author.update(conn, id, &named.condition, change).await?;
                Ok(Done::Written(article))
            }
            Verb::Delete(named) => {
                let id = present(conn, &named).await?;
                model::delete(conn, &author.writer, (id, &named.condition)).await?;
                Ok(Done::Deleted)
            }
            Verb::Restore(named) => {
                let id = present(conn, &named).await?;
                let place = (id, &named.condition);
                let article = model::restore(conn, &author.writer, place).await?;
                Ok(Done::Written(article))
            }
            Verb::Tag(named, tag, position) => {
                let number = number_of(conn, &tag).await?;
                let choose = |before: &Current| placed(before, (number, tag.raw), position);
                retag(author, conn, &named, choose).await
            }
            Verb::Untag(named, tag) => {
                let number = number_of(conn, &tag).await?;
                retag(author, conn, &named, |before| removed(before, number)).await
            }
        }
    }
}

async fn retag(
    author: &Author,
    conn: &mut Connection,
    named: &Named,
    choose: impl FnOnce(&Current) -> AppResult<Vec<model::TagWish>> + Send,
) -> AppResult<Done<Article>> {
    let id = present(conn, named).await?;
    let change = |before: &Current| Ok(retagged(before, choose(before)?));
    let article = author.update(conn, id, &named.condition, change).await?;
    Ok(Done::Written(article))
}

async fn present(conn: &Connection, named: &Named) -> AppResult<Uuid> {
    let name = named.name.as_ref().ok_or_else(AppError::not_found)?;
    name.find(conn).await?.ok_or_else(AppError::not_found)
}

async fn number_of(conn: &Connection, tag: &TagName) -> AppResult<i32> {
    let name = tag.name.as_ref().ok_or_else(AppError::not_found)?;
    let number = find_tag_number(conn, name).await?;
    number.ok_or_else(AppError::not_found)
}
