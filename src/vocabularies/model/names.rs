//! Names that several tags of a kind have.

use diesel::{
    QueryResult, QueryableByName,
    sql_types::{Array, Integer, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// A tag with a preferred name that another of its kind has.
#[derive(Debug, QueryableByName)]
pub struct Shared {
    /// The tag's number.
    #[diesel(sql_type = Integer)]
    pub id: i32,
    /// Its key.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// The other's key.
    #[diesel(sql_type = Text)]
    pub other: String,
    /// A name that they share, as the tag writes it.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The languages in which the tag has such names.
    #[diesel(sql_type = Text)]
    pub languages: String,
}

/// The names that these tags share with others, one row for each two tags.
pub async fn shared_names(conn: &mut AsyncPgConnection, ids: &[i32]) -> QueryResult<Vec<Shared>> {
    diesel::sql_query(include_str!("shared_names.sql"))
        .bind::<Array<Integer>, _>(ids)
        .load(conn)
        .await
}
