use diesel::{OptionalExtension, QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::schema::{article_external_ids, articles};

/// The article that has this address, in its normalised form.
pub async fn find_id_by_url(
    mut conn: &AsyncPgConnection,
    normalised_url: &str,
) -> QueryResult<Option<Uuid>> {
    let owner = articles::table
        .filter(articles::normalised_url.eq(normalised_url))
        .select(articles::id);
    owner.first(&mut conn).await.optional()
}

/// The article that another system knows by this id.
pub async fn find_id_by_external_id(
    mut conn: &AsyncPgConnection,
    source: &str,
    external_id: &str,
) -> QueryResult<Option<Uuid>> {
    let owner = article_external_ids::table
        .find((source, external_id))
        .select(article_external_ids::article_id);
    owner.first(&mut conn).await.optional()
}

/// Whether an article of this id was ever made.
pub async fn was_ever_created(mut conn: &AsyncPgConnection, id: Uuid) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(articles::table.find(id)))
        .get_result(&mut conn)
        .await
}

/// Domain and code of an article's primary short link, held against other writers; the outer `None`
/// is an article that does not exist or was deleted.
pub async fn find_primary_link(
    conn: &mut AsyncPgConnection,
    id: Uuid,
) -> QueryResult<Option<Option<(String, String)>>> {
    let article = articles::table
        .find(id)
        .filter(articles::deleted_at.is_null());
    let article = article
        .select((articles::short_domain, articles::short_code))
        .for_update();
    let link: Option<(Option<String>, Option<String>)> = article.first(conn).await.optional()?;
    Ok(link.map(|(domain, code)| domain.zip(code)))
}

/// Makes a link the primary one of an article; `None` leaves the article without.
pub async fn set_primary_link(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    link: Option<(&str, &str)>,
) -> QueryResult<()> {
    let set = (
        articles::short_domain.eq(link.map(|link| link.0)),
        articles::short_code.eq(link.map(|link| link.1)),
    );
    diesel::update(articles::table.find(id))
        .set(set)
        .execute(conn)
        .await?;
    Ok(())
}
