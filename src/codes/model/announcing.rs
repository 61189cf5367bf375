use diesel::{
    QueryResult,
    sql_types::{Text, Uuid as UuidSql},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{base::notices, codes::LINK};

/// Tells every instance, once the transaction commits, that the links to an article may lead
/// elsewhere now. Who makes another link to it holds the article, so none is missed.
pub async fn announce_links_of(conn: &mut AsyncPgConnection, article: Uuid) -> QueryResult<()> {
    let links = "select pg_notify($1, $2 || ' ' || domain || '/' || code) from short_links where article_id = $3";
    diesel::sql_query(links)
        .bind::<Text, _>(notices::CHANNEL)
        .bind::<Text, _>(LINK.0)
        .bind::<UuidSql, _>(article)
        .execute(conn)
        .await?;
    Ok(())
}
