//! Replacing an article, or creating it if it is not there.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    author::Author,
    input::WriteArticle,
    model::{self, Current},
    reading::{changed, created},
};
use crate::{
    base::{
        context::Context,
        error::{AppError, AppResult, Code},
        etag::Precondition,
        url::HttpUrl,
    },
    codes::Minter,
    keys::{Caller, WriteArticles},
};

/// How often an upsert begins anew when another writer makes or takes the article under its hands.
const MAX_ATTEMPTS: usize = 3;

/// What the path names the article by.
pub enum Name {
    /// Its id, which the caller may choose.
    Id(Uuid),
    /// Its address.
    Url(HttpUrl),
    /// An external id: the system, and the id there.
    External(String, String),
}

impl Name {
    fn new_id(&self) -> Uuid {
        match self {
            Self::Id(id) => *id,
            Self::Url(_) | Self::External(..) => Uuid::now_v7(),
        }
    }
}

/// A caller who replaces an article, or creates it if it is not there.
pub struct Upsert<'a> {
    author: Author,
    condition: Precondition,
    context: &'a Context,
    minter: &'a Minter,
    request: &'a HttpRequest,
}

impl<'a> Upsert<'a> {
    /// The caller, and what the request expects.
    pub fn new(
        caller: &Caller<WriteArticles>,
        context: &'a Context,
        minter: &'a Minter,
        request: &'a HttpRequest,
    ) -> AppResult<Self> {
        let condition = Precondition::read(request, context.config.require_if_match)?;
        Ok(Self {
            author: Author::new(caller, context),
            condition,
            context,
            minter,
            request,
        })
    }

    /// Replaces or creates. Whether there is something to replace may change between the look and
    /// the write; the constraint then decides, and the upsert begins anew.
    pub async fn run(&self, members: &Map<String, Value>, name: &Name) -> AppResult<HttpResponse> {
        let mut attempt = 1;
        loop {
            match self.try_once(members.clone(), name).await {
                Err(fault)
                    if attempt < MAX_ATTEMPTS && self.was_overtaken(&fault, name).await? =>
                {
                    attempt += 1
                }
                result => return result,
            }
        }
    }

    async fn try_once(&self, members: Map<String, Value>, name: &Name) -> AppResult<HttpResponse> {
        let (context, at) = (self.context, self.author.writer.at);
        if let Some(id) = self.find(name).await? {
            let change = |before: &Current| {
                named(WriteArticle::from_replacement(members, before)?, name)?.parse(context, at)
            };
            let article = self
                .author
                .update(self.context, id, &self.condition, change)
                .await?;
            return changed(article, self.context, self.request).await;
        }
        self.condition.check_absent()?;
        let wanted = named(WriteArticle::from_document(members)?, name)?.parse(context, at)?;
        let article = self
            .author
            .create(self.context, self.minter, name.new_id(), &wanted)
            .await?;
        created(article, self.context, self.request).await
    }

    async fn find(&self, name: &Name) -> AppResult<Option<Uuid>> {
        let connection = self.context.db.read().await?;
        Ok(match name {
            Name::Id(id) => model::was_ever_created(&connection, *id)
                .await?
                .then_some(*id),
            Name::Url(url) => model::find_id_by_url(&connection, &url.normalised()).await?,
            Name::External(source, id) => {
                model::find_id_by_external_id(&connection, source, id).await?
            }
        })
    }

    /// Whether a refusal says that somebody has just made the article that was to be created.
    async fn was_overtaken(&self, fault: &AppError, name: &Name) -> AppResult<bool> {
        let is_conflict = matches!(
            fault.code(),
            Code::CanonicalUrlTaken | Code::ExternalIdTaken | Code::PreconditionFailed
        );
        let owner = self.find(name).await?.map(|id| id.to_string());
        Ok(is_conflict && owner.is_some() && owner.as_deref() == fault.member("article_id"))
    }
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
