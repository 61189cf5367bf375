use diesel::{OptionalExtension, QueryResult, insert_into, prelude::*, sql_types::BigInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::{
    base::{notices, statement::Statement},
    changes::{self, Action, Noun, Writer},
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
    let is_new = insert(conn, writer, link, code).await?.is_some();
    if is_new {
        let name = format!("{}/{}", link.domain, code.as_str());
        notices::send(conn, LINK, &name).await?;
    }
    Ok(is_new)
}

/// As [`claim`], and tells nobody; answers the number of the link. The link and its record are one statement, which is a
/// transaction where there is none.
pub async fn insert(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    link: &NewLink,
    code: &Code,
) -> QueryResult<Option<i64>> {
    let (article_id, target_url) = link.target.columns();
    let row = (
        short_links::domain.eq(link.domain.clone()),
        short_links::code.eq(code.as_str().to_owned()),
        short_links::kind.eq(code.kind().as_str()),
        short_links::status.eq(link.status),
        short_links::article_id.eq(article_id),
        short_links::target_url.eq(target_url.map(str::to_owned)),
        short_links::not_before.eq(link.not_before),
        short_links::expires_at.eq(link.expires_at),
        short_links::forward_query.eq(link.forward_query),
        short_links::replacement_url.eq(link.replacement_url.clone()),
        short_links::created_at.eq(writer.at),
        short_links::modified_at.eq(writer.at),
    );
    let insert = insert_into(short_links::table).values(row);
    let insert = insert
        .on_conflict((short_links::domain, short_links::code))
        .do_nothing()
        .returning(short_links::id);
    let name = format!("{}/{}", link.domain, code.as_str());
    let mut made: Statement<BigInt> = Statement::new("with made as (");
    made.expression(insert)
        .text("), recorded as (")
        .statement(changes::recording(
            writer,
            Action::Create,
            (Noun::ShortLink, &name),
            (Some(1), Some(link.diff())),
        ))
        .text(" from made) select id from made");
    made.get_result(conn).await.optional()
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
