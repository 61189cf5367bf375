//! Many new tags in a few statements.

use std::collections::{HashMap, hash_map::Entry};

use diesel::{
    QueryResult, QueryableByName,
    result::{DatabaseErrorKind, Error as DieselError},
    sql_types::{Array, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::{NewTag, labels};
use crate::{
    base::text,
    changes::Writer,
    tags::{
        key::{ExternalId, Slug},
        kind::TagKind,
    },
};

#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Text)]
    kind: TagKind,
    #[diesel(sql_type = Text)]
    slug: String,
}

/// A new tag with the slug that it would like most.
type Wanted<'a> = (TagKind, String, &'a NewTag);

/// Makes those of these tags in whose way nothing stands, their keys and identifiers being free; answers
/// the numbers and keys of those. The others are to be made one by one, which says why they cannot be.
/// They may share their names, and are part of nothing yet.
pub async fn create_all(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    tags: &[NewTag],
) -> QueryResult<Vec<Option<(i32, String)>>> {
    let (mut rows, mut places): (Vec<Wanted<'_>>, _) = (Vec::new(), HashMap::new());
    for (place, tag) in tags.iter().enumerate() {
        let slug = tag.slug.clone().or_else(|| Slug::of_name(&tag.name, 1));
        let Some(slug) = slug.map(|slug| slug.to_string()) else {
            continue;
        };
        if let Entry::Vacant(free) = places.entry((tag.kind, slug.clone())) {
            free.insert(place);
            rows.push((tag.kind, slug, tag));
        }
    }
    let made = conn.transaction(async |conn| insert(conn, writer, &rows).await);
    let made = match made.await {
        // Somebody was faster with one of them.
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Vec::new(),
        made => made?,
    };
    let mut outcomes = vec![None; tags.len()];
    for Made { id, kind, slug } in made {
        let key = format!("{kind}:{slug}");
        if let Some(place) = places.get(&(kind, slug)) {
            outcomes[*place] = Some((id, key));
        }
    }
    Ok(outcomes)
}

async fn insert(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    rows: &[Wanted<'_>],
) -> QueryResult<Vec<Made>> {
    let of = |column: fn(&Wanted<'_>) -> String| rows.iter().map(column).collect::<Vec<_>>();
    let descriptions: Vec<_> = rows
        .iter()
        .map(|row| row.2.description.as_deref())
        .collect();
    let ends: Vec<_> = rows.iter().map(|row| row.2.retired_at).collect();
    let made: Vec<Made> = diesel::sql_query(include_str!("create_all.sql"))
        .bind::<Array<Text>, _>(of(|row| row.0.to_string()))
        .bind::<Array<Text>, _>(of(|row| row.1.clone()))
        .bind::<Array<Text>, _>(of(|row| row.2.name.clone()))
        .bind::<Array<Text>, _>(of(|row| text::fold(&row.2.name)))
        .bind::<Array<Text>, _>(of(|row| row.2.language.clone()))
        .bind::<Array<Nullable<Text>>, _>(descriptions)
        .bind::<Array<Nullable<Timestamptz>>, _>(ends)
        .bind::<Timestamptz, _>(writer.at)
        .bind::<Nullable<Text>, _>(writer.key_id.as_deref())
        .load(conn)
        .await?;
    let ids: HashMap<(TagKind, &str), i32> = made
        .iter()
        .map(|made| ((made.kind, made.slug.as_str()), made.id))
        .collect();
    let numbered: Vec<(i32, &NewTag)> = rows
        .iter()
        .filter_map(|(kind, slug, tag)| Some((*ids.get(&(*kind, slug.as_str()))?, *tag)))
        .collect();
    if !numbered.is_empty() {
        insert_labels(conn, &numbered).await?;
        insert_external_ids(conn, &numbered).await?;
        labels::announce(conn).await?;
    }
    Ok(made)
}

async fn insert_labels(
    conn: &mut AsyncPgConnection,
    tags: &[(i32, &NewTag)],
) -> QueryResult<usize> {
    let (mut ids, mut languages, mut roles) = (Vec::new(), Vec::new(), Vec::new());
    let (mut names, mut folded) = (Vec::new(), Vec::new());
    for (id, tag) in tags {
        for label in tag.labels.iter() {
            ids.push(*id);
            languages.push(label.language);
            roles.push(label.role.as_str());
            folded.push(text::fold(&label.name));
            names.push(label.name);
        }
    }
    diesel::sql_query(
        "insert into tag_labels (tag_id, language, role, name, folded) \
         select * from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[])",
    )
    .bind::<Array<Integer>, _>(ids)
    .bind::<Array<Text>, _>(languages)
    .bind::<Array<Text>, _>(roles)
    .bind::<Array<Text>, _>(names)
    .bind::<Array<Text>, _>(folded)
    .execute(conn)
    .await
}

/// In one order, so that two writers never wait for each other in a circle.
async fn insert_external_ids(
    conn: &mut AsyncPgConnection,
    tags: &[(i32, &NewTag)],
) -> QueryResult<usize> {
    let each = tags.iter();
    let mut rows: Vec<_> = each
        .flat_map(|(id, tag)| tag.external_ids.iter().map(move |external| (external, *id)))
        .collect();
    rows.sort_unstable();
    let (external, ids): (Vec<_>, Vec<i32>) = rows.into_iter().unzip();
    let of =
        |column: fn(&ExternalId) -> &str| external.iter().copied().map(column).collect::<Vec<_>>();
    diesel::sql_query(
        "insert into tag_external_ids (authority, external_id, tag_id) \
         select * from unnest($1::text[], $2::text[], $3::int[])",
    )
    .bind::<Array<Text>, _>(of(|id| &id.authority))
    .bind::<Array<Text>, _>(of(|id| &id.id))
    .bind::<Array<Integer>, _>(ids)
    .execute(conn)
    .await
}
