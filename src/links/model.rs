mod batch;
mod change;
mod history;
mod imports;
mod resolve;
mod writes;

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryResult,
    prelude::*,
    sql_types::{BigInt, Text, Uuid as UuidSql},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

pub use batch::{Named, Operation, Verb};
pub use change::Change;
pub use history::{ShortLinkWrite, history};
pub use imports::{Imported, import};
pub use resolve::resolve;
pub use writes::{create, delete, ensure_primary, restore, update};

use super::filter::LinkFilter;
use crate::{
    base::{
        error::AppResult,
        page::{self, Page},
        statement::Statement,
        text,
    },
    codes::{self, Code, CodeKind, ForwardQuery, LEGACY_LENGTHS, LinkStatus, NewLink},
    schema::{articles, short_links, visit_totals},
};

/// A link's own row.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = short_links)]
pub struct LinkRow {
    pub id: i64,
    pub version: i32,
    pub domain: String,
    pub code: String,
    pub kind: CodeKind,
    pub status: LinkStatus,
    pub article_id: Option<Uuid>,
    pub target_url: Option<String>,
    pub not_before: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub forward_query: ForwardQuery,
    pub replacement_url: Option<String>,
    pub created_at: DateTime<Utc>,
    pub modified_at: DateTime<Utc>,
}

/// A link with what its article says of it.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its own row.
    pub row: LinkRow,
    /// Where its article is published.
    pub article_url: Option<String>,
    /// Whether its article shows it.
    pub is_primary: bool,
    /// Visits of people.
    pub visits: i64,
}

type Side = (Option<ArticleSide>, Option<i64>);
type ArticleSide = (Option<String>, Option<String>, Option<String>);

impl Link {
    fn new((row, (article, visits)): (LinkRow, Side)) -> Self {
        let (article_url, domain, code) = article.unwrap_or_default();
        let is_primary = domain.as_ref() == Some(&row.domain) && code.as_ref() == Some(&row.code);
        Self {
            row,
            article_url,
            is_primary,
            visits: visits.unwrap_or_default(),
        }
    }

    /// A link to an address as it has just been made, at this moment.
    fn made(id: i64, code: &Code, new: &NewLink, at: DateTime<Utc>) -> Self {
        let (article_id, target_url) = new.target.columns();
        let row = LinkRow {
            id,
            version: 1,
            domain: new.domain.clone(),
            code: code.as_str().to_owned(),
            kind: code.kind(),
            status: new.status,
            article_id,
            target_url: target_url.map(str::to_owned),
            not_before: new.not_before,
            expires_at: new.expires_at,
            forward_query: new.forward_query,
            replacement_url: new.replacement_url.clone(),
            created_at: at,
            modified_at: at,
        };
        Self::new((row, Side::default()))
    }

    /// The address that the link leads to, while it has one.
    pub fn address(&self) -> Option<&str> {
        match self.row.article_id {
            Some(_) => self.article_url.as_deref(),
            None => self.row.target_url.as_deref(),
        }
    }

    /// The link's public name.
    pub fn name(&self) -> String {
        format!("{}/{}", self.row.domain, self.row.code)
    }
}

/// What is read of links, with their articles and their visits.
#[diesel::dsl::auto_type]
fn with_sides() -> _ {
    short_links::table
        .left_join(articles::table)
        .left_join(visit_totals::table.on(visit_totals::link_id.eq(short_links::id)))
}

/// What a link's article and its counter say of it.
#[diesel::dsl::auto_type]
fn sides() -> _ {
    let article = (
        articles::canonical_url,
        articles::short_domain,
        articles::short_code,
    );
    (article.nullable(), visit_totals::people.nullable())
}

/// The link of this name.
pub async fn find(
    mut conn: &AsyncPgConnection,
    domain: &str,
    code: &str,
) -> QueryResult<Option<Link>> {
    let named = with_sides().filter(
        short_links::domain
            .eq(domain)
            .and(short_links::code.eq(code)),
    );
    Ok(named
        .select((LinkRow::as_select(), sides()))
        .first(&mut conn)
        .await
        .optional()?
        .map(Link::new))
}

/// The links of an article, the newest first.
pub async fn of_article(mut conn: &AsyncPgConnection, article: Uuid) -> QueryResult<Vec<Link>> {
    let links = with_sides()
        .filter(short_links::article_id.eq(article))
        .order(short_links::id.desc());
    let links = links
        .select((LinkRow::as_select(), sides()))
        .load(&mut conn)
        .await?;
    Ok(links.into_iter().map(Link::new).collect())
}

/// A page of links, the newest first.
pub async fn list(conn: &mut AsyncPgConnection, filter: &LinkFilter) -> AppResult<Page<Link>> {
    let LinkFilter {
        article_id,
        status,
        domain,
        q,
        limit,
        cursor,
        count,
    } = filter;
    let limit = page::limit(*limit)?;
    let list = page::list_id(&format!(
        "short links {article_id:?} {status:?} {domain:?} {q:?}"
    ));
    let after: Option<i64> = page::decode_cursor(list, cursor.as_deref())?;
    let ids = ids(conn, filter, (after, limit + 1)).await?;
    let page = Page::cut(ids, limit, list, |id| *id);
    let total = match count {
        None => None,
        Some(mode) => Some(select(filter)?.total(conn, *mode).await?),
    };
    Ok(Page {
        items: load(conn, &page.items).await?,
        next_cursor: page.next_cursor,
        total,
    })
}

/// As many links as `limit` says, the newest first, behind the one with the id `after`.
pub async fn page(
    conn: &mut AsyncPgConnection,
    filter: &LinkFilter,
    place: (Option<i64>, i64),
) -> AppResult<Vec<Link>> {
    let ids = ids(conn, filter, place).await?;
    Ok(load(conn, &ids).await?)
}

async fn ids(
    conn: &mut AsyncPgConnection,
    filter: &LinkFilter,
    (after, limit): (Option<i64>, i64),
) -> AppResult<Vec<i64>> {
    let mut statement = select(filter)?;
    if let Some(after) = after {
        statement.text(" and id < ").value::<BigInt, _>(after);
    }
    statement
        .text(" order by id desc limit ")
        .value::<BigInt, _>(limit);
    Ok(statement.load(conn).await?)
}

async fn load(mut conn: &AsyncPgConnection, ids: &[i64]) -> QueryResult<Vec<Link>> {
    let links = with_sides()
        .filter(short_links::id.eq_any(ids))
        .order(short_links::id.desc())
        .select((LinkRow::as_select(), sides()))
        .load(&mut conn)
        .await?;
    Ok(links.into_iter().map(Link::new).collect())
}

fn select(filter: &LinkFilter) -> AppResult<Statement<BigInt>> {
    let mut statement = Statement::new("select id from short_links where true");
    if let Some(article_id) = filter.article_id {
        statement
            .text(" and article_id = ")
            .value::<UuidSql, _>(article_id);
    }
    if let Some(status) = filter.status {
        statement
            .text(" and status = ")
            .value::<Text, _>(status.as_str());
    }
    if let Some(domain) = &filter.domain {
        let domain = text::clean_parameter("domain", domain, codes::MAX_DOMAIN)?;
        statement
            .text(" and domain = ")
            .value::<Text, _>(domain.to_ascii_lowercase());
    }
    if let Some(q) = &filter.q {
        let q = text::clean_parameter("q", q, *LEGACY_LENGTHS.end())?;
        statement
            .text(" and starts_with(code, ")
            .value::<Text, _>(q.to_ascii_lowercase())
            .text(")");
    }
    Ok(statement)
}
