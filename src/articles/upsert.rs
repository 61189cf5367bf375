//! Replacing an article, or creating it if it is not there.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    author::Author,
    input::WriteArticle,
    model::{Article, Current, Wanted},
    name::Name,
};
use crate::{
    base::{
        batch::Done,
        context::Context,
        db::Connection,
        error::{AppError, AppResult, Code},
        etag::Precondition,
        url::HttpUrl,
    },
    codes::Minter,
};

/// How often an upsert begins anew when another writer makes or takes the article under its hands.
const MAX_ATTEMPTS: usize = 3;

/// A caller who replaces an article, or creates it if it is not there.
pub struct Upsert<'a> {
    author: &'a Author,
    condition: Precondition,
    context: &'a Context,
    minter: &'a Minter,
}

impl<'a> Upsert<'a> {
    /// The caller, and what is expected of the article.
    pub fn new(
        author: &'a Author,
        context: &'a Context,
        minter: &'a Minter,
        condition: Precondition,
    ) -> Self {
        Self {
            author,
            condition,
            context,
            minter,
        }
    }

    /// Replaces or creates. Whether there is something to replace may change between the look and
    /// the write; the constraint then decides, and the upsert begins anew.
    pub async fn run(
        &self,
        connection: &mut Connection,
        members: &Map<String, Value>,
        name: &Name,
    ) -> AppResult<Done<Article>> {
        let mut attempt = 1;
        loop {
            let done = self.try_once(connection, members.clone(), name).await;
            match done {
                Err(fault)
                    if attempt < MAX_ATTEMPTS
                        && was_overtaken(connection, &fault, name).await? =>
                {
                    attempt += 1
                }
                done => return done,
            }
        }
    }

    async fn try_once(
        &self,
        connection: &mut Connection,
        members: Map<String, Value>,
        name: &Name,
    ) -> AppResult<Done<Article>> {
        let Self {
            author,
            condition,
            context,
            minter,
        } = self;
        let at = author.writer.at;
        if let Some(id) = name.find(connection).await? {
            let change = |before: &Current| replaced(members, name, before, (context, at));
            let article = author.update(connection, id, condition, change).await?;
            return Ok(Done::Written(article));
        }
        condition.check_absent()?;
        let wanted = created(members, name, (context, at))?;
        let place = (new_id(name), *minter);
        let article = author.create(connection, place, &wanted, context).await?;
        Ok(Done::Created(article))
    }
}

/// The article that these members make where there is none of this name.
pub fn created(
    members: Map<String, Value>,
    name: &Name,
    (context, now): (&Context, DateTime<Utc>),
) -> AppResult<Wanted> {
    named(WriteArticle::from_document(members)?, name)?.parse(context, now)
}

/// The article that these members make of the one of this name.
pub fn replaced(
    members: Map<String, Value>,
    name: &Name,
    before: &Current,
    (context, now): (&Context, DateTime<Utc>),
) -> AppResult<Wanted> {
    named(WriteArticle::from_replacement(members, before)?, name)?.parse(context, now)
}

/// The id of the article where it is made.
pub fn new_id(name: &Name) -> Uuid {
    match name {
        Name::Id(id) => *id,
        Name::Url(_) | Name::External(..) => Uuid::now_v7(),
    }
}

/// Whether a refusal says that somebody has just made the article that was to be created.
async fn was_overtaken(connection: &Connection, fault: &AppError, name: &Name) -> AppResult<bool> {
    let is_conflict = matches!(
        fault.code(),
        Code::CanonicalUrlTaken | Code::ExternalIdTaken | Code::PreconditionFailed
    );
    if !is_conflict {
        return Ok(false);
    }
    let owner = name.find(connection).await?.map(|id| id.to_string());
    Ok(owner.is_some() && owner.as_deref() == fault.member("article_id"))
}

/// The article with the name that the path gives it; a body that contradicts the path is refused.
fn named(article: WriteArticle, name: &Name) -> AppResult<WriteArticle> {
    match name {
        Name::Id(_) => Ok(article),
        Name::External(source, id) => Ok(article.with_external_id(source, id)),
        Name::Url(url) => {
            let inside = article
                .canonical_url()
                .and_then(|raw| HttpUrl::parse(raw).ok());
            if inside.is_some_and(|inside| inside.normalised() != url.normalised()) {
                let error = AppError::new(
                    Code::Invalid,
                    "The body names another address than the path.",
                );
                return Err(error.at("/canonical_url", "differs from the parameter url"));
            }
            Ok(article.with_canonical_url(url.as_str()))
        }
    }
}
