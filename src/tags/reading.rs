//! Showing tags to a caller.

use actix_web::{HttpRequest, HttpResponse, http::header};
use chrono::{DateTime, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    TAG, USAGE,
    key::TagRef,
    model::{self, Found, Match, Replaced, Tag},
    view::{TagMatchView, TagView},
};
use crate::base::{
    accept_language,
    answer::Answer,
    answer_cache::share,
    basis::{Basis, Moment},
    context::Context,
    db::Connection,
    error::{AppError, AppResult, Code},
    language::Preferred,
};

/// What a key shows as it is in a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b':');

/// The name of a tag out of a path.
pub fn parse(tag: &str) -> AppResult<TagRef> {
    TagRef::parse(tag).ok_or_else(AppError::not_found)
}

fn location(key: &str) -> String {
    format!("/v1/tags/{}", utf8_percent_encode(key, SEGMENT))
}

/// The answer for a name that leads to no present tag under it; `below` is the path behind the tag. What the
/// request asks besides stays asked.
pub fn elsewhere(found: Found, below: &str, request: &HttpRequest) -> AppResult<HttpResponse> {
    let query = match request.query_string() {
        "" => String::new(),
        query => format!("?{query}"),
    };
    match found {
        Found::Moved(key) => Ok(HttpResponse::PermanentRedirect()
            .insert_header((header::LOCATION, location(&key) + below + &query))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .finish()),
        Found::Deleted => Err(AppError::new(Code::Gone, "The tag was deleted.")),
        Found::Tag(_) | Found::Nothing => Err(AppError::not_found()),
    }
}

/// What the answer of a tag rests on that was read after a moment: its names and counts, and the names of what it is
/// part of.
fn basis(since: Moment, tag: &Tag) -> Basis {
    let own = tag.row.id.to_string();
    let broader: Vec<String> = tag.broader.iter().map(|tag| tag.id.to_string()).collect();
    let broader = broader.iter().map(|id| (TAG, id.as_str()));
    Basis::new(since, broader.chain([(TAG, &*own), (USAGE, &*own)]))
}

/// A caller who looks at tags, with the languages that it would like and the moment at which it looks.
pub struct Reading<'a> {
    request: &'a HttpRequest,
    /// The languages.
    pub preferred: Preferred,
    now: DateTime<Utc>,
}

impl<'a> Reading<'a> {
    /// Reads what the caller would like; `lang` is what the query says.
    pub fn new(context: &Context, request: &'a HttpRequest, lang: Option<&str>) -> AppResult<Self> {
        Ok(Self {
            request,
            preferred: accept_language::preferred(request, lang)?,
            now: context.clock.now(),
        })
    }

    /// The tag as the caller would like to see it; what it is part of is named already.
    pub fn view(&self, tag: Tag) -> TagView {
        TagView::new(tag, &self.preferred, self.now)
    }

    /// Tags that somebody may mean, as the caller sees them.
    pub fn matches(&self, found: Vec<Match>) -> Vec<TagMatchView> {
        let views = found.into_iter();
        views
            .map(|found| TagMatchView::new(found, self.now))
            .collect()
    }

    /// The answer for a name that leads to no present tag under it; `below` is the path behind the tag.
    pub fn elsewhere(&self, found: Found, below: &str) -> AppResult<HttpResponse> {
        elsewhere(found, below, self.request)
    }

    async fn named(&self, connection: &Connection, mut tag: Tag) -> AppResult<(i32, TagView)> {
        model::translate(connection, &self.preferred, tag.broader.iter_mut()).await?;
        Ok((tag.row.version, self.view(tag)))
    }

    /// Answers a tag.
    pub async fn show(
        &self,
        connection: &Connection,
        answer: Answer,
        tag: Tag,
    ) -> AppResult<HttpResponse> {
        let (version, view) = self.named(connection, tag).await?;
        let answer = answer.in_language(view.language());
        answer.resource(self.request, version, &view)
    }

    /// Answers a tag that was read after a moment as everybody gets it, and keeps the answer in memory.
    pub async fn share(
        &self,
        context: &Context,
        connection: &Connection,
        (since, tag): (Moment, Tag),
    ) -> AppResult<HttpResponse> {
        let (basis, until) = (basis(since, &tag), tag.row.retired_at);
        let until = until.filter(|at| *at > self.now);
        let (version, view) = self.named(connection, tag).await?;
        let answer = Answer::public_until(context, until).in_language(view.language());
        let finished = answer.finish(version, &view)?;
        Ok(share(self.request, finished, until, basis))
    }

    /// Answers a tag that has just been made.
    pub async fn created(&self, connection: &Connection, tag: Tag) -> AppResult<HttpResponse> {
        let location = location(&tag.row.key());
        let (version, view) = self.named(connection, tag).await?;
        let answer = Answer::private().in_language(view.language());
        Ok(answer.created(&location, version, &view))
    }

    /// Answers what a replacement came to.
    pub async fn replaced(
        &self,
        connection: &Connection,
        replaced: Replaced,
    ) -> AppResult<HttpResponse> {
        match replaced {
            Replaced::Created(tag) => self.created(connection, *tag).await,
            Replaced::Written(tag) => self.show(connection, Answer::private(), *tag).await,
            Replaced::Elsewhere(found) => self.elsewhere(found, ""),
        }
    }
}
