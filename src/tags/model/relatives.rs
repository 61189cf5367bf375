//! The tags above and below one.

use diesel::{
    QueryResult,
    prelude::*,
    sql_types::{BigInt, Integer, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Tag, lists::load_all};
use crate::{
    base::{
        error::AppResult,
        language::Preferred,
        page::{self, CountMode, Page},
        statement::Statement,
    },
    schema::tag_ancestors,
};

/// Where relatives are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// What the tag is part of.
    Up,
    /// What is part of the tag.
    Down,
}

/// Which page is wanted.
#[derive(Debug)]
pub struct Turn<'a> {
    /// Items on it.
    pub limit: i64,
    /// Where it begins.
    pub cursor: Option<&'a str>,
    /// Whether all are counted.
    pub count: Option<CountMode>,
}

/// Distance, folded name and number of a tag.
type Place = (i32, String, i32);

type Places = Statement<(Integer, Text, Integer)>;

/// A page of the tags above or below one, the nearest first and then in the order of names.
pub async fn relatives(
    conn: &mut AsyncPgConnection,
    (id, way): (i32, Way),
    turn: &Turn<'_>,
    preferred: &Preferred,
) -> AppResult<Page<Tag>> {
    let list = page::list_id(&format!("relatives {id} {way:?}"));
    let after: Option<Place> = page::decode_cursor(list, turn.cursor)?;
    let mut statement = select(id, way);
    if let Some((distance, name, last)) = after {
        statement
            .text(" and (a.distance, t.folded_name, t.id) > (")
            .value::<Integer, _>(distance)
            .text(", ")
            .value::<Text, _>(name)
            .text(", ")
            .value::<Integer, _>(last)
            .text(")");
    }
    statement
        .text(" order by a.distance, t.folded_name, t.id limit ")
        .value::<BigInt, _>(turn.limit + 1);
    let places: Vec<Place> = statement.load(conn).await?;
    let mut page = Page::cut(places, turn.limit, list, Clone::clone);
    if let Some(mode) = turn.count {
        page.total = Some(select(id, way).total(conn, mode).await?);
    }
    let ids: Vec<i32> = page.items.iter().map(|place| place.2).collect();
    let mut found = load_all(conn, &ids, preferred).await?;
    Ok(Page {
        items: ids.iter().filter_map(|id| found.remove(id)).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
    })
}

fn select(id: i32, way: Way) -> Places {
    let mut statement = Statement::new(match way {
        Way::Up => {
            "select a.distance, t.folded_name, t.id from tag_ancestors a \
             join tags t on t.id = a.ancestor_id where t.deleted_at is null and a.tag_id = "
        }
        Way::Down => {
            "select a.distance, t.folded_name, t.id from tag_ancestors a \
             join tags t on t.id = a.tag_id where t.deleted_at is null and a.ancestor_id = "
        }
    });
    statement.value::<Integer, _>(id);
    statement
}

/// The numbers of the tags that are part of each of these, behind the number of what they are part of.
pub async fn descendants(
    mut conn: &AsyncPgConnection,
    ids: &[i32],
) -> QueryResult<Vec<(i32, i32)>> {
    use tag_ancestors::{ancestor_id, tag_id};
    let below = tag_ancestors::table.filter(ancestor_id.eq_any(ids));
    below.select((ancestor_id, tag_id)).load(&mut conn).await
}
