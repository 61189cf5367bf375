//! Writing articles in the name of a caller.

use uuid::Uuid;

use super::model::{self, Article, Current, NewArticle, Wanted};
use crate::{
    base::{context::Context, db::Connection, error::AppResult, etag::Precondition},
    changes::Writer,
    codes::Minter,
    keys::{Caller, Scope, WriteArticles},
};

/// A caller who writes articles, at one moment.
pub struct Author {
    /// Who writes, and when.
    pub writer: Writer,
    may_create_tags: bool,
}

impl Author {
    /// The caller, now.
    pub fn new(caller: &Caller<WriteArticles>, context: &Context) -> Self {
        Self {
            writer: caller.writer(context),
            may_create_tags: caller.may(Scope::WriteTags),
        }
    }

    /// An operator on the command line, who may do everything.
    pub fn of_operator(writer: Writer) -> Self {
        Self {
            writer,
            may_create_tags: true,
        }
    }

    /// Makes an article.
    pub async fn create(
        &self,
        connection: &mut Connection,
        (id, minter): (Uuid, &Minter),
        wanted: &Wanted,
        context: &Context,
    ) -> AppResult<Article> {
        let domains = context.domains.current();
        let place = (id, minter, domains.default_domain().name.as_str());
        let made = model::create(
            connection,
            &self.writer,
            place,
            wanted,
            self.may_create_tags,
        )
        .await;
        match made {
            Ok(article) => Ok(article),
            Err(fault) => Err(model::name_owner(connection, fault).await),
        }
    }

    /// Makes these articles, all of them or none: see [`model::create_all`].
    pub async fn create_all(
        &self,
        connection: &mut Connection,
        minter: &Minter,
        articles: &[NewArticle],
        context: &Context,
    ) -> AppResult<bool> {
        let domains = context.domains.current();
        let place = (minter, domains.default_domain().name.as_str());
        model::create_all(connection, &self.writer, place, articles).await
    }

    /// Brings an article into the shape that `change` makes of its present one.
    pub async fn update(
        &self,
        connection: &mut Connection,
        id: Uuid,
        condition: &Precondition,
        change: impl FnOnce(&Current) -> AppResult<Wanted> + Send,
    ) -> AppResult<Article> {
        let changed = model::update(
            connection,
            &self.writer,
            (id, condition),
            self.may_create_tags,
            change,
        )
        .await;
        match changed {
            Ok(article) => Ok(article),
            Err(fault) => Err(model::name_owner(connection, fault).await),
        }
    }
}
