use std::collections::HashMap;

use diesel::{QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{codes::LinkStatus, schema::short_links};

/// The articles that active links of these names, domain and code, lead to.
pub async fn articles_of(
    mut conn: &AsyncPgConnection,
    names: &[(&str, &str)],
) -> QueryResult<HashMap<(String, String), Uuid>> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let (domains, codes): (Vec<&str>, Vec<&str>) = names.iter().copied().unzip();
    // Every domain with every code: at most a few more rows than were named, by the same index.
    let links = short_links::table
        .filter(short_links::domain.eq_any(domains))
        .filter(short_links::code.eq_any(codes))
        .filter(short_links::status.eq(LinkStatus::Active))
        .filter(short_links::article_id.is_not_null())
        .select((
            short_links::domain,
            short_links::code,
            short_links::article_id.assume_not_null(),
        ));
    let rows: Vec<(String, String, Uuid)> = links.load(&mut conn).await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(domain, code, id)| ((domain, code), id))
        .collect())
}
