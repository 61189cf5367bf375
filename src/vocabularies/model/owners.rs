//! Whom the names of a file name.

use std::collections::HashMap;

use diesel::{
    QueryResult, QueryableByName,
    sql_types::{Array, Bool, Integer, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::{
    tags::{TagKind, TagRef},
    vocabularies::entry::Name,
};

/// A tag that a name leads to.
#[derive(Clone, Debug, QueryableByName)]
pub struct Owner {
    #[diesel(sql_type = Text)]
    prefix: String,
    #[diesel(sql_type = Text)]
    rest: String,
    /// Its number.
    #[diesel(sql_type = Integer)]
    pub id: i32,
    /// What it stands for.
    #[diesel(sql_type = Text)]
    pub kind: TagKind,
    /// Its present key.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// Whether it was deleted.
    #[diesel(sql_type = Bool)]
    pub is_deleted: bool,
    /// Whether the name was another tag's, which was merged into it, or is one that it is not shown by.
    #[diesel(sql_type = Bool)]
    pub is_aside: bool,
}

/// The tags that these names lead to. A deleted one still has its keys and identifiers, and no name.
pub async fn owners(
    conn: &mut AsyncPgConnection,
    names: Vec<Name>,
) -> QueryResult<HashMap<Name, Owner>> {
    let (mut refs, mut called) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for name in names {
        let (columns, parts) = match name {
            Name::Ref(TagRef::Key(key)) => {
                (&mut refs, (key.kind.to_string(), key.slug.to_string()))
            }
            Name::Ref(TagRef::External(id)) => (&mut refs, (id.authority, id.id)),
            Name::Called(kind, folded) => (&mut called, (kind.to_string(), folded)),
        };
        columns.0.push(parts.0);
        columns.1.push(parts.1);
    }
    let mut owners = HashMap::new();
    if !refs.0.is_empty() {
        let by_ref = diesel::sql_query(include_str!("owners.sql"))
            .bind::<Array<Text>, _>(refs.0)
            .bind::<Array<Text>, _>(refs.1);
        for owner in by_ref.load::<Owner>(conn).await? {
            let name = TagRef::parse(&format!("{}:{}", owner.prefix, owner.rest));
            owners.extend(name.map(|name| (Name::Ref(name), owner)));
        }
    }
    if !called.0.is_empty() {
        let by_name = diesel::sql_query(include_str!("called.sql"))
            .bind::<Array<Text>, _>(called.0)
            .bind::<Array<Text>, _>(called.1);
        for owner in by_name.load::<Owner>(conn).await? {
            owners.insert(Name::Called(owner.kind, owner.rest.clone()), owner);
        }
    }
    Ok(owners)
}
