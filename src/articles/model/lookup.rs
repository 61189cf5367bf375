use std::collections::{BTreeSet, HashMap, HashSet};

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

/// The articles that have these addresses, in their normalised form.
pub async fn find_ids_by_urls(
    mut conn: &AsyncPgConnection,
    normalised_urls: &[String],
) -> QueryResult<HashMap<String, Uuid>> {
    if normalised_urls.is_empty() {
        return Ok(HashMap::new());
    }
    let owners = articles::table
        .filter(articles::normalised_url.eq_any(normalised_urls))
        .select((articles::normalised_url.assume_not_null(), articles::id));
    Ok(owners.load(&mut conn).await?.into_iter().collect())
}

/// The articles that other systems know by these ids, each the system and the id there.
pub async fn find_ids_by_external_ids(
    mut conn: &AsyncPgConnection,
    names: &[(&str, &str)],
) -> QueryResult<HashMap<(String, String), Uuid>> {
    use article_external_ids as e;
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    // Every system, once, with every id: at most a few more rows than were named, by the same index.
    let (sources, ids): (BTreeSet<&str>, Vec<&str>) = names.iter().copied().unzip();
    let owners = e::table
        .filter(e::source.eq_any(sources).and(e::external_id.eq_any(ids)))
        .select(((e::source, e::external_id), e::article_id));
    Ok(owners.load(&mut conn).await?.into_iter().collect())
}

/// Whether an article of this id was ever made.
pub async fn was_ever_created(mut conn: &AsyncPgConnection, id: Uuid) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(articles::table.find(id)))
        .get_result(&mut conn)
        .await
}

/// Which of these ids articles have, deleted or not.
pub async fn find_known_ids(
    mut conn: &AsyncPgConnection,
    ids: &[Uuid],
) -> QueryResult<HashSet<Uuid>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let known = articles::table.filter(articles::id.eq_any(ids));
    let known: Vec<Uuid> = known.select(articles::id).load(&mut conn).await?;
    Ok(known.into_iter().collect())
}

/// The articles that an article is related to.
pub async fn related_to(mut conn: &AsyncPgConnection, id: Uuid) -> QueryResult<Vec<Uuid>> {
    let article = articles::table.find(id).select(articles::related);
    Ok(article
        .first(&mut conn)
        .await
        .optional()?
        .unwrap_or_default())
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

/// Those of these articles that exist and are not deleted, held against other writers. They are held
/// in one order, so that two writers never wait for each other in a circle.
pub async fn hold_articles(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<Uuid>> {
    let held = articles::table
        .filter(articles::id.eq_any(ids))
        .order(articles::id)
        .select((articles::id, articles::deleted_at.is_null()))
        .for_update();
    let held: Vec<(Uuid, bool)> = held.load(conn).await?;
    let present = held.into_iter().filter(|(_, is_present)| *is_present);
    Ok(present.map(|(id, _)| id).collect())
}

/// Makes a link the primary one of an article.
pub async fn set_primary_link(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    (domain, code): (&str, &str),
) -> QueryResult<()> {
    let set = (
        articles::short_domain.eq(domain),
        articles::short_code.eq(code),
    );
    diesel::update(articles::table.find(id))
        .set(set)
        .execute(conn)
        .await?;
    Ok(())
}

/// Leaves an article without a primary link, if this is the one that it has.
pub async fn release_primary_link(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    (domain, code): (&str, &str),
) -> QueryResult<()> {
    let holder = articles::table
        .find(id)
        .filter(articles::short_domain.eq(domain))
        .filter(articles::short_code.eq(code));
    let nothing = (
        articles::short_domain.eq(None::<String>),
        articles::short_code.eq(None::<String>),
    );
    diesel::update(holder).set(nothing).execute(conn).await?;
    Ok(())
}
