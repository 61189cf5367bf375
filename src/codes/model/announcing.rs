use diesel::{
    QueryResult,
    sql_types::{Text, Uuid as UuidSql},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{
    base::{notices, statement::Statement},
    codes::LINK,
};

/// Tells every instance, once the transaction commits, that the links to an article may lead
/// elsewhere now. Who makes another link to it holds the article, so none is missed.
pub async fn announce_links_of(conn: &mut AsyncPgConnection, article: Uuid) -> QueryResult<()> {
    let mut notify: Statement<()> = Statement::new("select pg_notify(");
    notify
        .value::<Text, _>(notices::CHANNEL)
        .text(", ")
        .value::<Text, _>(LINK.0)
        .text(" || ' ' || domain || '/' || code) from short_links where article_id = ")
        .value::<UuidSql, _>(article);
    notify.execute(conn).await?;
    Ok(())
}
