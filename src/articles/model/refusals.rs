//! What stands in the way of a write.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Content;
use crate::{
    base::error::{AppError, AppResult, Code, violates},
    schema::articles,
};

/// What stands in the way of a write that the database refused.
pub fn named(fault: diesel::result::Error, id: Uuid, content: &Content) -> AppError {
    if violates(&fault, "articles_normalised_url_key") {
        let address = content.normalised_url.clone().unwrap_or_default();
        return AppError::new(
            Code::CanonicalUrlTaken,
            format!("Another article has the address {address}."),
        )
        .at("/canonical_url", "is taken")
        .with("canonical_url", address);
    }
    if violates(&fault, "articles_pkey") {
        return AppError::new(
            Code::PreconditionFailed,
            "An article of this id has just been made.",
        )
        .with("article_id", id.to_string());
    }
    fault.into()
}

/// The refusal to write an article that is deleted.
pub fn article_deleted(id: Uuid) -> AppError {
    let detail = format!("The article {id} is deleted and keeps its addresses. Restore it first.");
    AppError::new(Code::ArticleDeleted, detail).with("article_id", id.to_string())
}

/// Adds to a refusal which article has the address. It is asked after the transaction, which the
/// violation has ended.
pub async fn name_owner(mut conn: &AsyncPgConnection, error: AppError) -> AppError {
    let Some(address) = error.member("canonical_url") else {
        return error;
    };
    let owner = articles::table.filter(articles::normalised_url.eq(address));
    let owner = owner
        .select((articles::id, articles::deleted_at))
        .first(&mut conn)
        .await;
    match owner {
        Ok((owner, Some::<DateTime<Utc>>(_))) => article_deleted(owner),
        Ok((owner, None)) => error.with("article_id", owner.to_string()),
        Err(_) => error,
    }
}

/// Fails unless all these articles exist and are others than the one that names them.
pub async fn check_related(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    related: &[Uuid],
) -> AppResult<()> {
    if related.is_empty() {
        return Ok(());
    }
    let known: Vec<Uuid> = articles::table
        .filter(articles::id.eq_any(related))
        .select(articles::id)
        .load(conn)
        .await?;
    let mut error = AppError::new(Code::Invalid, "Related articles must exist, and be others.");
    for (index, other) in related.iter().enumerate() {
        if *other == id {
            error = error.at(format!("/related/{index}"), "is the article itself");
        } else if !known.contains(other) {
            error = error.at(format!("/related/{index}"), "names no article");
        }
    }
    if error.faults().is_empty() {
        Ok(())
    } else {
        Err(error)
    }
}
