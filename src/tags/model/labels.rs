//! The rows of a tag's names.

use std::collections::{BTreeSet, HashMap};

use diesel::{
    QueryResult, delete as delete_from, insert_into,
    prelude::*,
    sql_types::{Array, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Brief, NewTag};
use crate::{
    base::{
        error::{AppError, AppResult, Code},
        language::Preferred,
        notices::{self, Topic},
        text,
    },
    schema::{tag_labels, tags},
    tags::{
        kind::TagKind,
        label::{Label, Labels, Role},
    },
};

diesel::define_sql_function! {
    /// The part of a text between two delimiters, counted from 1.
    fn split_part(text: diesel::sql_types::Text, delimiter: diesel::sql_types::Text, number: diesel::sql_types::Integer) -> diesel::sql_types::Text;
}

/// What is told when names of tags, or which tags can be used, may have changed.
pub const VOCABULARY: Topic<'static> = Topic("vocabulary");

/// Tells every instance so, once the transaction commits.
pub async fn announce(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    notices::send(conn, VOCABULARY, "").await
}

type LabelColumns = (String, Role, String);

/// The names of one tag, over the pipelined connection.
pub async fn of_one(conn: &mut &AsyncPgConnection, id: i32) -> QueryResult<Labels> {
    let labels = tag_labels::table.filter(tag_labels::tag_id.eq(id));
    let labels: Vec<LabelColumns> = labels
        .select((tag_labels::language, tag_labels::role, tag_labels::name))
        .load(conn)
        .await?;
    Ok(labels.into_iter().map(label).collect())
}

/// The names of each of these tags.
pub async fn of_each(
    conn: &mut AsyncPgConnection,
    ids: &[i32],
) -> QueryResult<HashMap<i32, Labels>> {
    let labels = tag_labels::table.filter(tag_labels::tag_id.eq_any(ids));
    let columns = (tag_labels::language, tag_labels::role, tag_labels::name);
    let rows: Vec<(i32, LabelColumns)> = labels
        .select((tag_labels::tag_id, columns))
        .load(conn)
        .await?;
    let mut of_each: HashMap<i32, Vec<Label>> = HashMap::new();
    for (id, columns) in rows {
        of_each.entry(id).or_default().push(label(columns));
    }
    let each = of_each.into_iter();
    Ok(each
        .map(|(id, labels)| (id, labels.into_iter().collect()))
        .collect())
}

fn label((language, role, name): LabelColumns) -> Label {
    Label {
        language,
        role,
        name,
    }
}

/// Shows these tags by the names that a caller would like; those that have none of them stay.
pub async fn translate<'a>(
    mut conn: &AsyncPgConnection,
    preferred: &Preferred,
    briefs: impl Iterator<Item = &'a mut Brief>,
) -> QueryResult<()> {
    if preferred.is_empty() {
        return Ok(());
    }
    let mut briefs: Vec<&mut Brief> = briefs.collect();
    let ids: BTreeSet<i32> = briefs.iter().map(|tag| tag.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let primary = split_part(tag_labels::language, "-", 1);
    let shown = tag_labels::role.eq(Role::Preferred);
    let named = tag_labels::table
        .filter(tag_labels::tag_id.eq_any(ids).and(shown))
        .filter(primary.eq_any(preferred.primaries()))
        .select((tag_labels::tag_id, tag_labels::language, tag_labels::name));
    let rows: Vec<(i32, String, String)> = named.load(&mut conn).await?;
    let mut names: HashMap<i32, Vec<(String, String)>> = HashMap::new();
    for (id, language, name) in rows {
        names.entry(id).or_default().push((language, name));
    }
    for brief in &mut briefs {
        let Some(names) = names.get_mut(&brief.id) else {
            continue;
        };
        names.sort();
        let languages = names.iter().map(|(language, _)| language.as_str());
        let best = preferred.choose(languages);
        if let Some((language, name)) = names.iter().find(|(tag, _)| Some(tag.as_str()) == best) {
            (brief.language, brief.name) = (language.clone(), name.clone());
        }
    }
    Ok(())
}

/// Brings a tag from its names `before` to those that it is to have; names that it may not share are
/// refused.
pub async fn replace(
    conn: &mut AsyncPgConnection,
    id: i32,
    before: &Labels,
    new: &NewTag,
) -> AppResult<()> {
    // Who may share a name need not wait for others who bring it; an import would hold thousands of
    // such locks at once.
    if !new.may_share_name {
        check_unique(conn, id, before, new).await?;
    }
    set(conn, id, before, &new.labels).await?;
    Ok(())
}

async fn set(
    conn: &mut AsyncPgConnection,
    id: i32,
    before: &Labels,
    after: &Labels,
) -> QueryResult<()> {
    let (before, after): (BTreeSet<Label>, BTreeSet<Label>) =
        (before.iter().collect(), after.iter().collect());
    for Label { language, name, .. } in before.difference(&after) {
        let row = tag_labels::table.find((id, language, name));
        delete_from(row).execute(conn).await?;
    }
    let row = |label: &Label| {
        (
            tag_labels::tag_id.eq(id),
            tag_labels::language.eq(label.language.clone()),
            tag_labels::role.eq(label.role),
            tag_labels::name.eq(label.name.clone()),
            tag_labels::folded.eq(text::fold(&label.name)),
        )
    };
    let rows: Vec<_> = after.difference(&before).map(row).collect();
    insert_into(tag_labels::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// Refuses preferred names that another tag of the kind has in any way, and other names that one is shown
/// by. Only those count that the tag had not `before`; they are held against other writers of the same
/// names.
async fn check_unique(
    conn: &mut AsyncPgConnection,
    id: i32,
    before: &Labels,
    new: &NewTag,
) -> AppResult<()> {
    let folded = |labels: &Labels| -> BTreeSet<(bool, String)> {
        let labels = labels.iter();
        labels
            .map(|label| (label.role == Role::Preferred, text::fold(&label.name)))
            .collect()
    };
    let had = folded(before);
    let fresh: BTreeSet<(bool, String)> = folded(&new.labels).difference(&had).cloned().collect();
    let names: BTreeSet<&String> = fresh.iter().map(|(_, name)| name).collect();
    if names.is_empty() {
        return Ok(());
    }
    hold_names(conn, new.kind, names.iter().copied()).await?;
    let taken = tag_labels::table
        .inner_join(tags::table.on(tags::id.eq(tag_labels::tag_id)))
        .filter(tag_labels::folded.eq_any(names))
        .filter(tags::kind.eq(new.kind).and(tags::id.ne(id)))
        .filter(tags::deleted_at.is_null())
        .order(tags::id)
        .select((tag_labels::folded, tag_labels::role, Brief::as_select()));
    let mut taken: Vec<(String, Role, Brief)> = taken.load(conn).await?;
    taken.retain(|(name, role, _)| {
        *role == Role::Preferred || fresh.contains(&(true, name.clone()))
    });
    match taken.as_slice() {
        [] => Ok(()),
        taken => Err(name_taken(new, taken)),
    }
}

/// The refusal of names that other tags have; the names are folded.
fn name_taken(new: &NewTag, taken: &[(String, Role, Brief)]) -> AppError {
    let owners: BTreeSet<String> = taken.iter().map(|(_, _, owner)| owner.key()).collect();
    let have = if owners.len() == 1 { "has" } else { "have" };
    let keys = owners.into_iter().collect::<Vec<_>>().join(" and ");
    let detail = format!(
        "{keys} {have} this name already. Use allow_duplicate_name=true for several tags of one name."
    );
    let mut error = AppError::new(Code::TagNameTaken, detail);
    for label in new.labels.iter() {
        let folded = text::fold(&label.name);
        let is_taken = |(name, role, _): &&(String, Role, Brief)| {
            *name == folded && (label.role == Role::Preferred || *role == Role::Preferred)
        };
        if let Some((_, _, owner)) = taken.iter().find(is_taken) {
            let place = match new.is_named_alone {
                true => "/name".to_owned(),
                false => format!("/labels/{}/{}", label.language, label.role),
            };
            error = error.at(
                place,
                format!("{:?} is a name of {}", label.name, owner.key()),
            );
        }
    }
    error.with("key", taken[0].2.key())
}

/// Two writers that bring one new name go one after the other.
pub async fn hold_names(
    conn: &mut AsyncPgConnection,
    kind: TagKind,
    folded: impl Iterator<Item = &String>,
) -> QueryResult<()> {
    let names: Vec<String> = folded.map(|name| format!("tag {kind} {name}")).collect();
    // In one order, so that no two wait for each other.
    diesel::sql_query(
        "select pg_advisory_xact_lock(number) \
         from (select distinct hashtextextended(name, 0) as number from unnest($1) as name order by 1) as numbers",
    )
    .bind::<Array<Text>, _>(names)
    .execute(conn)
    .await?;
    Ok(())
}

/// Tags that are called alike: those of which it is the preferred name, else those of which it is another, and which
/// of the two; active ones before retired ones, and the oldest first.
pub type Called = (bool, Vec<Brief>);

/// The tags of this kind that have this folded name and are not deleted.
pub async fn find_named(
    conn: &mut AsyncPgConnection,
    kind: TagKind,
    folded: &str,
) -> QueryResult<Called> {
    let name = (kind, folded.to_owned());
    let mut called = find_each_named(conn, std::slice::from_ref(&name)).await?;
    Ok(called.remove(&name).unwrap_or_default())
}

/// The tags that have each of these kinds and folded names and are not deleted.
pub async fn find_each_named(
    conn: &mut AsyncPgConnection,
    names: &[(TagKind, String)],
) -> QueryResult<HashMap<(TagKind, String), Called>> {
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let (kinds, folded): (BTreeSet<TagKind>, Vec<&str>) =
        names.iter().map(|(kind, name)| (*kind, &**name)).unzip();
    // Every kind, once, with every name: at most a few more rows than were named, by the same index.
    let named = tag_labels::table
        .inner_join(tags::table.on(tags::id.eq(tag_labels::tag_id)))
        .filter(tag_labels::folded.eq_any(folded))
        .filter(tags::kind.eq_any(kinds).and(tags::deleted_at.is_null()))
        .order((tags::retired_at.is_not_null(), tags::id))
        .select((tag_labels::folded, tag_labels::role, Brief::as_select()));
    let rows: Vec<(String, Role, Brief)> = named.load(conn).await?;
    let mut each: HashMap<(TagKind, String), Called> = HashMap::new();
    for (folded, role, tag) in rows {
        let (any_preferred, tags) = each.entry((tag.kind, folded)).or_default();
        let is_preferred = role == Role::Preferred;
        if is_preferred && !*any_preferred {
            *any_preferred = true;
            tags.clear();
        }
        let counts = is_preferred || !*any_preferred;
        if counts && !tags.iter().any(|known| known.id == tag.id) {
            tags.push(tag);
        }
    }
    Ok(each)
}
