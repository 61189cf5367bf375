use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension, QueryResult, insert_into,
    prelude::*,
    result::Error as DieselError,
    sql_types::{Array, Text, Timestamptz},
    update as update_rows,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::DOMAIN;
use crate::{
    base::{
        config::ShortBase,
        error::{AppError, AppResult, Code, violates},
        etag::Precondition,
        notices,
        short_domains::{DomainSet, ShortDomain},
    },
    changes::{self, Action, Noun, Writer},
    schema::domains,
};

/// A domain's row.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = domains)]
pub struct Domain {
    /// Host, with its port where that is not the default.
    pub name: String,
    /// Counts the changes.
    pub version: i32,
    /// What callers write.
    #[diesel(embed)]
    pub settings: DomainSettings,
    /// Lengths of imported codes.
    pub legacy_lengths: Vec<i16>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub modified_at: DateTime<Utc>,
}

/// What callers write of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = domains, treat_none_as_null = true)]
pub struct DomainSettings {
    /// Base address without a slash at the end.
    pub base_url: String,
    /// Whether links that name no domain get this one.
    pub is_default: bool,
    /// Where the domain without a code leads.
    pub root_url: Option<String>,
    /// Where an unknown code leads.
    pub unknown_url: Option<String>,
}

/// All domains as requests see them. A database without a default domain gets those that the
/// settings name.
pub async fn known(
    conn: &mut AsyncPgConnection,
    bases: &[ShortBase],
    now: DateTime<Utc>,
) -> QueryResult<DomainSet> {
    if let Some(known) = in_memory(conn).await? {
        return Ok(known);
    }
    seed(conn, bases, now).await?;
    in_memory(conn).await?.ok_or(DieselError::NotFound)
}

async fn in_memory(conn: &AsyncPgConnection) -> QueryResult<Option<DomainSet>> {
    let rows = list(conn).await?.into_iter();
    let (default, others): (Vec<_>, Vec<_>) = rows.partition(|row| row.settings.is_default);
    let default = default.into_iter().next().map(ShortDomain::from);
    let others = others.into_iter().map(ShortDomain::from).collect();
    Ok(default.map(|default| DomainSet::new(default, others)))
}

impl From<Domain> for ShortDomain {
    fn from(domain: Domain) -> Self {
        Self {
            name: domain.name,
            base_url: domain.settings.base_url,
            root_url: domain.settings.root_url,
            unknown_url: domain.settings.unknown_url,
            legacy_lengths: domain.legacy_lengths,
        }
    }
}

/// All domains, the default first.
pub async fn list(mut conn: &AsyncPgConnection) -> QueryResult<Vec<Domain>> {
    let order = (domains::is_default.desc(), domains::name);
    let all = domains::table.select(Domain::as_select()).order(order);
    all.load(&mut conn).await
}

/// The domain of this name.
pub async fn find(mut conn: &AsyncPgConnection, name: &str) -> QueryResult<Option<Domain>> {
    let domain = domains::table.find(name).select(Domain::as_select());
    domain.first(&mut conn).await.optional()
}

/// Gives a database without a default domain those of the settings. Instances that start together
/// write the same, so that it does not matter which comes first.
async fn seed(
    conn: &mut AsyncPgConnection,
    bases: &[ShortBase],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let names: Vec<&str> = bases.iter().map(|base| base.domain.as_str()).collect();
    let addresses: Vec<&str> = bases.iter().map(|base| base.base_url.as_str()).collect();
    diesel::sql_query(include_str!("seed.sql"))
        .bind::<Array<Text>, _>(names)
        .bind::<Array<Text>, _>(addresses)
        .bind::<Timestamptz, _>(now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Adds a domain.
pub async fn create(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    name: &str,
    settings: &DomainSettings,
) -> AppResult<Domain> {
    conn.transaction(async |conn| {
        hold_all(conn).await?;
        if settings.is_default {
            take_default(conn, writer).await?;
        }
        check_unused(conn, name).await?;
        let row = (
            domains::name.eq(name),
            settings,
            domains::created_at.eq(writer.at),
            domains::modified_at.eq(writer.at),
        );
        let made = insert_into(domains::table)
            .values(row)
            .returning(Domain::as_returning())
            .get_result(conn)
            .await
            .map_err(|fault| taken(fault, name))?;
        announce(conn, writer, Action::Create, &made).await?;
        Ok(made)
    })
    .await
}

/// Fails if stories or links lead to this host already: they would lead back here then, and could not
/// be edited any more.
async fn check_unused(conn: &mut AsyncPgConnection, name: &str) -> AppResult<()> {
    let used = diesel::sql_query(include_str!("used.sql")).bind::<Text, _>(name);
    if used.execute(conn).await? == 0 {
        return Ok(());
    }
    let detail = "Stories or short links lead to this host. A short domain leads to them instead.";
    Err(AppError::new(Code::Invalid, detail).at("/base_url", "is where addresses lead already"))
}

fn taken(fault: DieselError, name: &str) -> AppError {
    if violates(&fault, "domains_pkey") {
        let detail = format!("The domain {name} is there already.");
        return AppError::new(Code::DomainTaken, detail).at("/base_url", "is taken");
    }
    fault.into()
}

/// Brings a domain into the shape that `change` makes of its present one.
pub async fn update(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    name: &str,
    condition: &Precondition,
    change: impl FnOnce(&Domain) -> AppResult<DomainSettings> + Send,
) -> AppResult<Domain> {
    conn.transaction(async |conn| {
        hold_all(conn).await?;
        let held = domains::table.find(name).select(Domain::as_select());
        let before: Option<Domain> = held.for_no_key_update().first(conn).await.optional()?;
        let before = before.ok_or_else(AppError::not_found)?;
        condition.check_existing(before.version)?;
        let settings = change(&before)?;
        if settings == before.settings {
            return Ok(before);
        }
        if settings.is_default {
            take_default(conn, writer).await?;
        }
        let stamp = (
            &settings,
            domains::version.eq(before.version + 1),
            domains::modified_at.eq(writer.at),
        );
        let after = update_rows(domains::table.find(name))
            .set(stamp)
            .returning(Domain::as_returning())
            .get_result(conn)
            .await?;
        announce(conn, writer, Action::Update, &after).await?;
        Ok(after)
    })
    .await
}

/// Notes that a domain has imported codes of these lengths.
pub async fn admit_lengths(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    name: &str,
    lengths: BTreeSet<i16>,
) -> QueryResult<()> {
    let held = domains::table.find(name).select(Domain::as_select());
    let before: Domain = held.for_no_key_update().first(conn).await?;
    let all: BTreeSet<i16> = lengths
        .into_iter()
        .chain(before.legacy_lengths.iter().copied())
        .collect();
    if all.len() == before.legacy_lengths.len() {
        return Ok(());
    }
    let stamp = (
        domains::legacy_lengths.eq(all.into_iter().collect::<Vec<_>>()),
        domains::version.eq(before.version + 1),
        domains::modified_at.eq(writer.at),
    );
    let after = update_rows(domains::table.find(name))
        .set(stamp)
        .returning(Domain::as_returning())
        .get_result(conn)
        .await?;
    announce(conn, writer, Action::Update, &after).await
}

/// Lets no other writer of domains in until the transaction ends: two that move the default at once
/// would each take it from the same one, and the second would leave two. Nobody who reads waits.
async fn hold_all(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    let hold = "lock table domains in share row exclusive mode";
    diesel::sql_query(hold).execute(conn).await?;
    Ok(())
}

/// Takes the place of the default domain from the one that has it. That is a change of that one too.
async fn take_default(conn: &mut AsyncPgConnection, writer: &Writer) -> QueryResult<()> {
    let former = domains::table.filter(domains::is_default);
    let stamp = (
        domains::is_default.eq(false),
        domains::version.eq(domains::version + 1),
        domains::modified_at.eq(writer.at),
    );
    update_rows(former).set(stamp).execute(conn).await?;
    Ok(())
}

async fn announce(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    action: Action,
    domain: &Domain,
) -> QueryResult<()> {
    let name = (Noun::Domain, domain.name.as_str());
    changes::record(conn, writer, action, name, Some(domain.version)).await?;
    notices::send(conn, DOMAIN, &domain.name).await
}
