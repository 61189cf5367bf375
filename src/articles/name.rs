//! What an article is named by.

use serde::Deserialize;
use uuid::Uuid;

use super::{model, view::ExternalIdView};
use crate::base::{
    db::Connection,
    error::{AppError, AppResult, Code},
    text::{self, Lines},
    url::HttpUrl,
};

/// A name of an article.
#[derive(Clone, Debug)]
pub enum Name {
    /// Its id, which the caller may choose.
    Id(Uuid),
    /// Its address.
    Url(HttpUrl),
    /// An external id: the system, and the id there.
    External(String, String),
}

impl Name {
    /// The name of another system, if an article can have it.
    pub fn external(source: &str, id: &str) -> Option<Self> {
        let source = text::clean(source, 50, Lines::One).ok()?;
        let id = text::clean(id, 255, Lines::One).ok()?;
        Some(Self::External(source, id))
    }

    /// The id of the article of this name, present or deleted.
    pub async fn find(&self, connection: &Connection) -> AppResult<Option<Uuid>> {
        Ok(match self {
            Self::Id(id) => model::was_ever_created(connection, *id)
                .await?
                .then_some(*id),
            Self::Url(url) => model::find_id_by_url(connection, &url.normalised()).await?,
            Self::External(source, id) => {
                model::find_id_by_external_id(connection, source, id).await?
            }
        })
    }
}

/// An article by exactly one of its names.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NameInput {
    id: Option<Uuid>,
    url: Option<String>,
    external_id: Option<ExternalIdView>,
}

impl NameInput {
    /// What a caller gave of these.
    pub fn new(id: Option<Uuid>, url: Option<String>, external_id: Option<ExternalIdView>) -> Self {
        Self {
            id,
            url,
            external_id,
        }
    }

    /// The name; nothing if no article can have it.
    pub fn parse(self) -> AppResult<Option<Name>> {
        match (self.id, self.url, self.external_id) {
            (Some(id), None, None) => Ok(Some(Name::Id(id))),
            (None, Some(url), None) => Ok(HttpUrl::parse(&url).ok().map(Name::Url)),
            (None, None, Some(external)) => Ok(Name::external(&external.source, &external.id)),
            _ => {
                let detail = "An article is named by one of id, url and external_id.";
                let fault = AppError::new(Code::Invalid, detail);
                Err(fault.at("", "must have one of id, url and external_id"))
            }
        }
    }
}
