use chrono::{DateTime, Utc};
use diesel::{insert_into, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{ExternalId, refusals::article_deleted};
use crate::{
    base::error::{AppError, AppResult, Code},
    schema::{article_external_ids, articles},
};

/// Gives an article these external ids and no others; one that names another article is refused.
pub async fn set(conn: &mut AsyncPgConnection, id: Uuid, ids: &[ExternalId]) -> AppResult<()> {
    let held = article_external_ids::article_id.eq(id);
    diesel::delete(article_external_ids::table.filter(held))
        .execute(conn)
        .await?;
    add(conn, id, ids).await
}

/// Gives an article that has none these external ids; one that names another article is refused.
pub async fn add(conn: &mut AsyncPgConnection, id: Uuid, ids: &[ExternalId]) -> AppResult<()> {
    use article_external_ids as keys;
    let mut sorted: Vec<(usize, &ExternalId)> = ids.iter().enumerate().collect();
    // Always in one order, so that two writers never wait for each other in a circle.
    sorted.sort_by_key(|(_, external)| *external);
    for (index, external) in sorted {
        let row = (
            keys::source.eq(&external.source),
            keys::external_id.eq(&external.id),
            keys::article_id.eq(id),
        );
        if insert_into(keys::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn)
            .await?
            == 0
        {
            let owner = keys::table
                .find((&external.source, &external.id))
                .inner_join(articles::table.on(articles::id.eq(keys::article_id)));
            let (owner, deleted_at): (Uuid, Option<DateTime<Utc>>) = owner
                .select((keys::article_id, articles::deleted_at))
                .first(conn)
                .await?;
            if deleted_at.is_some() {
                return Err(article_deleted(owner));
            }
            let detail = format!(
                "{}:{} names the article {owner}.",
                external.source, external.id
            );
            let error =
                AppError::new(Code::ExternalIdTaken, detail).with("article_id", owner.to_string());
            return Err(error.at(format!("/external_ids/{index}"), "is taken"));
        }
    }
    Ok(())
}
