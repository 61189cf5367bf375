//! What the public may see: the SQL functions of the migration, and nothing beside them.
#![expect(
    missing_docs,
    reason = "auto_type makes aliases that it does not document"
)]

use chrono::{DateTime, Utc};
use diesel::{
    define_sql_function,
    prelude::*,
    sql_types::{Nullable, Text, Timestamptz},
};

use crate::{articles::state::Visibility, schema::articles};

define_sql_function! {
    /// The one predicate of visibility.
    fn article_is_live(
        status: Text, deleted_at: Nullable<Timestamptz>, published_at: Nullable<Timestamptz>,
        embargoed_until: Nullable<Timestamptz>, expires_at: Nullable<Timestamptz>, at_time: Timestamptz,
    ) -> Bool;
}

define_sql_function! {
    /// The name of an article's visibility.
    fn article_visibility(
        status: Text, deleted_at: Nullable<Timestamptz>, published_at: Nullable<Timestamptz>,
        embargoed_until: Nullable<Timestamptz>, expires_at: Nullable<Timestamptz>, at_time: Timestamptz,
    ) -> Text;
}

define_sql_function! {
    /// When time alone next changes whether the article is live.
    fn article_settles_at(
        status: Text, deleted_at: Nullable<Timestamptz>, published_at: Nullable<Timestamptz>,
        embargoed_until: Nullable<Timestamptz>, expires_at: Nullable<Timestamptz>, at_time: Timestamptz,
    ) -> Nullable<Timestamptz>;
}

define_sql_function! {
    /// Whether the public saw the state that an article had from `since` to `at_time`.
    fn article_was_public(
        status: Text, deleted_at: Nullable<Timestamptz>, published_at: Nullable<Timestamptz>,
        embargoed_until: Nullable<Timestamptz>, expires_at: Nullable<Timestamptz>, since: Timestamptz,
        at_time: Timestamptz,
    ) -> Bool;
}

/// Whether an article's row is live at a moment.
#[diesel::dsl::auto_type]
pub fn is_live(now: DateTime<Utc>) -> _ {
    article_is_live(
        articles::status,
        articles::deleted_at,
        articles::published_at,
        articles::embargoed_until,
        articles::expires_at,
        now,
    )
}

/// The visibility of an article's row at a moment.
#[diesel::dsl::auto_type]
pub fn at(now: DateTime<Utc>) -> _ {
    article_visibility(
        articles::status,
        articles::deleted_at,
        articles::published_at,
        articles::embargoed_until,
        articles::expires_at,
        now,
    )
}

/// When time alone next changes whether an article's row is live.
#[diesel::dsl::auto_type]
pub fn settles_at(now: DateTime<Utc>) -> _ {
    article_settles_at(
        articles::status,
        articles::deleted_at,
        articles::published_at,
        articles::embargoed_until,
        articles::expires_at,
        now,
    )
}

/// What somebody who sees only what is public may know of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// Everything.
    Live,
    /// That it was here.
    Gone,
    /// Nothing, not even that it exists.
    Hidden,
}

/// What the public may know of an article that has this visibility now and was, or was not, public
/// in an earlier state.
pub fn exposure(visibility: Visibility, was_public: bool) -> Exposure {
    match visibility {
        Visibility::Live => Exposure::Live,
        Visibility::Withdrawn | Visibility::Deleted if was_public => Exposure::Gone,
        _ => Exposure::Hidden,
    }
}

/// Whether the public has seen an article's row until a moment, in its present state or before.
#[diesel::dsl::auto_type]
pub fn was_ever_public(now: DateTime<Utc>) -> _ {
    articles::was_public.or(article_was_public(
        articles::status,
        articles::deleted_at,
        articles::published_at,
        articles::embargoed_until,
        articles::expires_at,
        articles::modified_at,
        now,
    ))
}
