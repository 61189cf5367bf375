use diesel::{QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::bulk::insert_all;
use crate::{
    base::notices,
    changes::Writer,
    codes::{
        LINK,
        code::{Code, CodeKind},
        new_link::NewLink,
    },
    schema::short_links,
};

/// Makes a link with this code, inside the caller's transaction; false if it was given out before.
/// Instances that keep that the code was unknown are told.
pub async fn claim(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    link: &NewLink,
    code: &Code,
) -> QueryResult<bool> {
    let is_new = insert(conn, writer, link, code).await?;
    if is_new {
        let name = format!("{}/{}", link.domain, code.as_str());
        notices::send(conn, LINK, &name).await?;
    }
    Ok(is_new)
}

/// As [`claim`], in one statement, and tells nobody.
pub async fn insert(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    link: &NewLink,
    code: &Code,
) -> QueryResult<bool> {
    let made = insert_all(conn, writer, code.kind(), &[(link, code)]).await?;
    Ok(!made.is_empty())
}

/// How much of the codes of this length is given out on a domain, from 0 to 1, by a sample: codes
/// are random, so as many of the sample are taken as of them all.
pub async fn sample_fill(
    mut conn: &AsyncPgConnection,
    domain: &str,
    length: usize,
) -> QueryResult<f64> {
    const SAMPLE: u16 = 1000;
    let drawn: Vec<String> = (0..SAMPLE)
        .map(|_| Code::generate(length).as_str().to_owned())
        .collect();
    let taken = short_links::table
        .filter(short_links::domain.eq(domain))
        .filter(short_links::code.eq_any(drawn));
    let taken = taken
        .filter(short_links::kind.eq(CodeKind::Generated.as_str()))
        .count();
    let taken: i64 = taken.get_result(&mut conn).await?;
    Ok(f64::from(i32::try_from(taken).unwrap_or(i32::MAX)) / f64::from(SAMPLE))
}
