mod writes;

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryResult,
    prelude::*,
    sql_types::{BigInt, Text, Uuid as UuidSql},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

pub use writes::{create, delete, ensure_primary, update};

use super::{
    filter::{LinkFilter, MAX_DOMAIN},
    status::LinkStatus,
};
use crate::{
    base::{
        error::AppResult,
        page::{self, Page},
        statement::Statement,
        text,
    },
    codes::{ALIAS_LENGTHS, Target},
    schema::{articles, short_links},
};

/// A link's own row.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = short_links)]
pub struct LinkRow {
    pub id: i64,
    pub version: i32,
    pub domain: String,
    pub code: String,
    pub status: LinkStatus,
    pub article_id: Option<Uuid>,
    pub target_url: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
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
}

/// What a link is to be.
#[derive(Clone, Debug)]
pub struct Change {
    pub target: Target,
    pub status: LinkStatus,
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether its article is to show it; `None` leaves that as it is.
    pub is_primary: Option<bool>,
}

type ArticleSide = (Option<String>, Option<String>, Option<String>);

impl Link {
    fn new((row, article): (LinkRow, Option<ArticleSide>)) -> Self {
        let (article_url, domain, code) = article.unwrap_or_default();
        let is_primary = domain.as_ref() == Some(&row.domain) && code.as_ref() == Some(&row.code);
        Self {
            row,
            article_url,
            is_primary,
        }
    }

    /// The link's public name.
    pub fn name(&self) -> String {
        format!("{}/{}", self.row.domain, self.row.code)
    }
}

/// What is read of links, with their articles.
#[diesel::dsl::auto_type]
fn with_article() -> _ {
    short_links::table.left_join(articles::table)
}

/// The link of this name.
pub async fn find(
    mut conn: &AsyncPgConnection,
    domain: &str,
    code: &str,
) -> QueryResult<Option<Link>> {
    let named = with_article().filter(
        short_links::domain
            .eq(domain)
            .and(short_links::code.eq(code)),
    );
    let side = (
        articles::canonical_url,
        articles::short_domain,
        articles::short_code,
    )
        .nullable();
    Ok(named
        .select((LinkRow::as_select(), side))
        .first(&mut conn)
        .await
        .optional()?
        .map(Link::new))
}

/// The links of an article, the newest first.
pub async fn of_article(mut conn: &AsyncPgConnection, article: Uuid) -> QueryResult<Vec<Link>> {
    let links = with_article()
        .filter(short_links::article_id.eq(article))
        .order(short_links::id.desc());
    let side = (
        articles::canonical_url,
        articles::short_domain,
        articles::short_code,
    )
        .nullable();
    let links = links
        .select((LinkRow::as_select(), side))
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
    let mut statement = select(filter)?;
    if let Some(after) = after {
        statement.text(" and id < ").value::<BigInt, _>(after);
    }
    statement
        .text(" order by id desc limit ")
        .value::<BigInt, _>(limit + 1);
    let ids: Vec<i64> = statement.load(conn).await?;
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

async fn load(mut conn: &AsyncPgConnection, ids: &[i64]) -> QueryResult<Vec<Link>> {
    let side = (
        articles::canonical_url,
        articles::short_domain,
        articles::short_code,
    );
    let links = with_article()
        .filter(short_links::id.eq_any(ids))
        .order(short_links::id.desc())
        .select((LinkRow::as_select(), side.nullable()))
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
        let domain = text::clean_parameter("domain", domain, MAX_DOMAIN)?;
        statement
            .text(" and domain = ")
            .value::<Text, _>(domain.to_ascii_lowercase());
    }
    if let Some(q) = &filter.q {
        let q = text::clean_parameter("q", q, *ALIAS_LENGTHS.end())?;
        statement
            .text(" and starts_with(code, ")
            .value::<Text, _>(q.to_ascii_lowercase())
            .text(")");
    }
    Ok(statement)
}
