use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{QueryResult, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Link, LinkRow, sides, with_sides};
use crate::{
    articles::visibility,
    codes::Code,
    links::standing::{Facts, Standing},
    schema::short_links,
};

/// The links of these names with what the public may know of them, in one statement whatever comes
/// of it.
pub async fn resolve(
    mut conn: &AsyncPgConnection,
    names: &[Option<(String, Code)>],
    now: DateTime<Utc>,
) -> QueryResult<HashMap<(String, String), (Link, Standing)>> {
    let named = names.iter().flatten();
    let (domains, codes): (Vec<&str>, Vec<&str>) = named
        .map(|(domain, code)| (domain.as_str(), code.as_str()))
        .unzip();
    // Every domain with every code: at most a few more rows than were named, by the same index.
    let links = with_sides()
        .filter(short_links::domain.eq_any(domains))
        .filter(short_links::code.eq_any(codes));
    let seen = (visibility::at(now), visibility::was_ever_public(now)).nullable();
    let rows = links
        .select((LinkRow::as_select(), sides(), seen))
        .load(&mut conn)
        .await?;
    let found = rows.into_iter().map(|(row, sides, article)| {
        let link = Link::new((row, sides));
        let facts = Facts {
            status: link.row.status,
            not_before: link.row.not_before,
            expires_at: link.row.expires_at,
            has_address: link.address().is_some(),
            article,
        };
        let name = (link.row.domain.clone(), link.row.code.clone());
        (name, (link, facts.standing(now)))
    });
    Ok(found.collect())
}
