//! One write of a batch, made as the single endpoint makes it.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    articles::{
        author::Author,
        filing::{placed, removed, retagged},
        input::WriteArticle,
        model::{self, Article, Current, Wanted, find_tag_number},
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
            Verb::Create(new) => create(author, conn, (context, minter), *new).await,
            Verb::Upsert(Named { name, condition }, members) => {
                let name = name.ok_or_else(AppError::not_found)?;
                let upsert = Upsert::new(author, context, minter, condition);
                upsert.run(conn, &members, &name).await
            }
            Verb::Delete(named) => {
                let id = present(conn, &named).await?;
                model::delete(conn, &author.writer, (id, &named.condition)).await?;
                Ok(Done::Deleted)
            }
            Verb::Restore(named) => {
                let place = (present(conn, &named).await?, &named.condition);
                let article = model::restore(conn, &author.writer, place).await?;
                Ok(Done::Written(article))
            }
            Verb::Patch(named, changes) => {
                let at = author.writer.at;
                let patched = |it: &Current| WriteArticle::patched(it, changes)?.parse(context, at);
                change(author, conn, &named, patched).await
            }
            Verb::Tag(named, tag, position) => {
                let tag = (number_of(conn, &tag).await?, tag.raw);
                let tagged = |it: &Current| Ok(retagged(it, placed(it, tag, position)?));
                change(author, conn, &named, tagged).await
            }
            Verb::Untag(named, tag) => {
                let number = number_of(conn, &tag).await?;
                let untagged = |it: &Current| Ok(retagged(it, removed(it, number)?));
                change(author, conn, &named, untagged).await
            }
        }
    }
}

async fn create(
    author: &Author,
    conn: &mut Connection,
    (context, minter): (&Context, &Minter),
    new: WriteArticle,
) -> AppResult<Done<Article>> {
    let wanted = new.parse(context, author.writer.at)?;
    let place = (Uuid::now_v7(), minter);
    let article = author.create(conn, place, &wanted, context).await?;
    Ok(Done::Created(article))
}

async fn change(
    author: &Author,
    conn: &mut Connection,
    named: &Named,
    change: impl FnOnce(&Current) -> AppResult<Wanted> + Send,
) -> AppResult<Done<Article>> {
    let id = present(conn, named).await?;
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
