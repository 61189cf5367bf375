//! Names, identifiers and keys of the tags of a merge.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use diesel::{
    QueryResult, delete as delete_from, insert_into,
    prelude::*,
    sql_types::{Array, Integer, Text},
    update as update_rows,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Conflicts, Counts, Moved, MovedLabel};
use crate::{
    base::error::{AppResult, Faults},
    schema::{tag_external_ids, tag_keys, tag_labels, tags as tag_rows},
    tags::{self, Brief, Role},
};

/// Notes what belongs to the sources, and what becomes of their names.
pub async fn note(
    conn: &mut AsyncPgConnection,
    target: i32,
    sources: &[i32],
    moved: &mut Moved,
) -> QueryResult<()> {
    let labels = labels_of(conn, sources).await?;
    let mut known: HashSet<(String, String)> = HashSet::new();
    let mut preferred: HashSet<String> = HashSet::new();
    for label in labels_of(conn, &[target]).await? {
        if label.role == Role::Preferred {
            preferred.insert(label.language.clone());
        }
        known.insert((label.language, label.name));
    }
    for mut label in labels {
        if known.insert((label.language.clone(), label.name.clone())) {
            let is_second =
                label.role == Role::Preferred && !preferred.insert(label.language.clone());
            label.became = Some(if is_second {
                Role::Alternative
            } else {
                label.role
            });
        }
        moved.labels.push(label);
    }
    moved.external_ids = tag_external_ids::table
        .filter(tag_external_ids::tag_id.eq_any(sources))
        .order((tag_external_ids::authority, tag_external_ids::external_id))
        .select((
            tag_external_ids::tag_id,
            tag_external_ids::authority,
            tag_external_ids::external_id,
        ))
        .load(conn)
        .await?;
    moved.keys = tag_keys::table
        .filter(tag_keys::tag_id.eq_any(sources))
        .order((tag_keys::kind, tag_keys::slug))
        .select((tag_keys::tag_id, tag_keys::kind, tag_keys::slug))
        .load(conn)
        .await?;
    Ok(())
}

/// The names of these tags, those of the first tag first, and preferred names before others.
async fn labels_of(conn: &mut AsyncPgConnection, ids: &[i32]) -> QueryResult<Vec<MovedLabel>> {
    type Row = (i32, String, Role, String, String);
    let rows: Vec<Row> = tag_labels::table
        .filter(tag_labels::tag_id.eq_any(ids))
        .select((
            tag_labels::tag_id,
            tag_labels::language,
            tag_labels::role,
            tag_labels::name,
            tag_labels::folded,
        ))
        .load(conn)
        .await?;
    let label = |(tag, language, role, name, folded)| MovedLabel {
        tag,
        language,
        role,
        name,
        folded,
        became: None,
    };
    let mut labels: Vec<MovedLabel> = rows.into_iter().map(label).collect();
    let place = |tag: i32| ids.iter().position(|id| *id == tag);
    labels.sort_by_cached_key(|label| {
        (
            place(label.tag),
            label.role,
            label.language.clone(),
            label.name.clone(),
        )
    });
    Ok(labels)
}

/// Refuses what would make the target more than a tag can be.
pub async fn check(conn: &mut AsyncPgConnection, target: i32, moved: &Moved) -> AppResult<()> {
    let mut names: BTreeMap<(String, Role), usize> = BTreeMap::new();
    let gained = moved.labels.iter();
    let gained = gained.filter_map(|label| Some((label.language.clone(), label.became?)));
    let present = labels_of(conn, &[target]).await?.into_iter();
    for place in present
        .map(|label| (label.language, label.role))
        .chain(gained)
    {
        *names.entry(place).or_default() += 1;
    }
    let languages: BTreeSet<&str> = names.keys().map(|(language, _)| &**language).collect();
    let ids = tag_external_ids::table.filter(tag_external_ids::tag_id.eq(target));
    let ids: i64 = ids.count().get_result(conn).await?;
    let ids = usize::try_from(ids).unwrap_or_default() + moved.external_ids.len();
    let mut faults = Faults::default();
    let mut check = |count: usize, most: usize, what: &str| {
        if count > most {
            let detail = format!("would give the tag {count} {what}; at most {most} are allowed");
            faults.add("/sources", detail);
        }
    };
    check(languages.len(), tags::MAX_LANGUAGES, "languages");
    check(ids, tags::MAX_EXTERNAL_IDS, "external_ids");
    for ((language, role), count) in &names {
        check(
            *count,
            tags::MAX_NAMES,
            &format!("names in /labels/{language}/{role}"),
        );
    }
    faults.check()
}

/// Counts what is moved.
pub fn count(moved: &Moved, target: i32, counts: &mut Counts) {
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let gained = moved.labels.iter().filter(|label| label.became.is_some());
    counts.labels = count(gained.count());
    counts.labels_known = count(moved.labels.len()) - counts.labels;
    counts.external_ids = count(moved.external_ids.len());
    counts.keys = count(moved.keys.len());
    let below = moved.taken.iter().filter(|(_, broader)| *broader == target);
    counts.narrower = count(below.count());
    counts.broader = count(moved.taken.len()) - counts.narrower;
}

/// Gives the target what belonged to the sources.
pub async fn give(
    conn: &mut AsyncPgConnection,
    target: i32,
    sources: &[i32],
    moved: &Moved,
) -> QueryResult<()> {
    delete_from(tag_labels::table.filter(tag_labels::tag_id.eq_any(sources)))
        .execute(conn)
        .await?;
    let gained = moved.labels.iter();
    let gained = gained.filter_map(|label| Some((target, label.became?, label)));
    insert_labels(conn, gained).await?;
    let ids = tag_external_ids::table.filter(tag_external_ids::tag_id.eq_any(sources));
    update_rows(ids)
        .set(tag_external_ids::tag_id.eq(target))
        .execute(conn)
        .await?;
    update_rows(tag_keys::table.filter(tag_keys::tag_id.eq_any(sources)))
        .set(tag_keys::tag_id.eq(target))
        .execute(conn)
        .await?;
    Ok(())
}

async fn insert_labels(
    conn: &mut AsyncPgConnection,
    labels: impl Iterator<Item = (i32, Role, &MovedLabel)>,
) -> QueryResult<()> {
    let row = |(tag, role, label): (i32, Role, &MovedLabel)| {
        (
            tag_labels::tag_id.eq(tag),
            tag_labels::language.eq(label.language.clone()),
            tag_labels::role.eq(role),
            tag_labels::name.eq(label.name.clone()),
            tag_labels::folded.eq(label.folded.clone()),
        )
    };
    insert_into(tag_labels::table)
        .values(labels.map(row).collect::<Vec<_>>())
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives the sources back what belonged to them, as far as the target still has it.
pub async fn give_back(
    conn: &mut AsyncPgConnection,
    target: i32,
    moved: &Moved,
    conflicts: &mut Conflicts,
) -> AppResult<()> {
    give_back_labels(conn, target, moved, conflicts).await?;
    give_back_external_ids(conn, target, moved, conflicts).await?;
    give_back_keys(conn, target, moved, conflicts).await
}

/// The sources get their names in any case; the target loses those that it has as it got them, but
/// never the one that it is shown by.
async fn give_back_labels(
    conn: &mut AsyncPgConnection,
    target: i32,
    moved: &Moved,
    conflicts: &mut Conflicts,
) -> QueryResult<()> {
    let shown: (String, String) = tag_rows::table
        .find(target)
        .select((tag_rows::language, tag_rows::name))
        .first(conn)
        .await?;
    let present = labels_of(conn, &[target]).await?;
    let present: HashMap<(String, String), Role> = present
        .into_iter()
        .map(|label| ((label.language, label.name), label.role))
        .collect();
    let (mut languages, mut names) = (Vec::new(), Vec::new());
    for label in &moved.labels {
        let Some(role) = label.became else { continue };
        let place = (label.language.clone(), label.name.clone());
        if present.get(&place) == Some(&role) && place != shown {
            languages.push(place.0);
            names.push(place.1);
        } else {
            let name = format!("{}:{}", label.language, label.name);
            conflicts.labels.push(name);
        }
    }
    // In one statement: after each, the tag's beginnings are written anew.
    diesel::sql_query(
        "delete from tag_labels l using unnest($2, $3) as lost (language, name) \
         where l.tag_id = $1 and l.language = lost.language and l.name = lost.name",
    )
    .bind::<Integer, _>(target)
    .bind::<Array<Text>, _>(languages)
    .bind::<Array<Text>, _>(names)
    .execute(conn)
    .await?;
    let labels = moved.labels.iter();
    insert_labels(conn, labels.map(|label| (label.tag, label.role, label))).await
}

async fn give_back_external_ids(
    conn: &mut AsyncPgConnection,
    target: i32,
    moved: &Moved,
    conflicts: &mut Conflicts,
) -> QueryResult<()> {
    for (tag, authority, id) in &moved.external_ids {
        let row = tag_external_ids::table.find((authority, id));
        let given_back = update_rows(row.filter(tag_external_ids::tag_id.eq(target)))
            .set(tag_external_ids::tag_id.eq(tag))
            .execute(conn)
            .await?;
        if given_back == 0 {
            conflicts.external_ids.push(format!("{authority}:{id}"));
        }
    }
    Ok(())
}

/// A key that the target has made its own stays with it; the source then gets one of its name.
async fn give_back_keys(
    conn: &mut AsyncPgConnection,
    target: i32,
    moved: &Moved,
    conflicts: &mut Conflicts,
) -> AppResult<()> {
    let own: Brief = tag_rows::table
        .find(target)
        .select(Brief::as_select())
        .first(conn)
        .await?;
    for (tag, kind, slug) in &moved.keys {
        if own.kind.as_str() == kind && own.slug == *slug {
            conflicts.keys.push(own.key());
            tags::leave_key(conn, *tag, slug).await?;
            continue;
        }
        let row = tag_keys::table.find((kind, slug));
        update_rows(row.filter(tag_keys::tag_id.eq(target)))
            .set(tag_keys::tag_id.eq(tag))
            .execute(conn)
            .await?;
    }
    Ok(())
}
