//! Writing the tags of a batch.

use std::collections::HashMap;

use diesel_async::{AsyncConnection, AsyncPgConnection};

use crate::{
    base::{
        error::{AppError, AppResult},
        etag::Precondition,
        language::Preferred,
    },
    changes::Writer,
    tags::{self, Tag},
    vocabularies::wish::{Manner, Wish},
};

/// What became of a tag, with its number and its key.
#[derive(Debug)]
pub enum Outcome {
    /// It was made.
    Created(i32, String),
    /// It was changed.
    Updated(i32, String),
    /// It was so already.
    Unchanged(i32, String),
    /// It was refused.
    Refused(AppError),
}

/// Writes what is wished, in one transaction. What is refused is taken back by itself.
pub async fn write(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    manner: &Manner<'_>,
    wishes: &[Wish<'_>],
) -> AppResult<Vec<Outcome>> {
    conn.transaction(async |conn| {
        let ids: Vec<i32> = wishes.iter().filter_map(|wish| wish.target).collect();
        let present = tags::load_all(conn, &ids, &Preferred::default()).await?;
        let made = make(conn, writer, manner, wishes).await?;
        let mut outcomes = Vec::with_capacity(wishes.len());
        for (wish, made) in wishes.iter().zip(made) {
            if let Some((id, key)) = made {
                outcomes.push(Outcome::Created(id, key));
                continue;
            }
            let outcome = match write_one(conn, writer, manner, (wish, &present)).await {
                Err(error) if error.code().status() < 500 => Outcome::Refused(error),
                outcome => outcome?,
            };
            outcomes.push(outcome);
        }
        Ok(outcomes)
    })
    .await
}

/// Makes new tags together, those that nothing stands in the way of.
async fn make(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    manner: &Manner<'_>,
    wishes: &[Wish<'_>],
) -> AppResult<Vec<Option<(i32, String)>>> {
    let (mut places, mut tags) = (Vec::new(), Vec::new());
    for (place, wish) in wishes.iter().enumerate() {
        // What breaks a rule is refused by itself.
        if wish.target.is_none()
            && let Ok(new) = wish.created(manner)
        {
            places.push(place);
            tags.push(new);
        }
    }
    let mut made = vec![None; wishes.len()];
    let created = tags::create_all(conn, writer, &tags).await?;
    for (place, created) in places.into_iter().zip(created) {
        made[place] = created;
    }
    Ok(made)
}

async fn write_one(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    manner: &Manner<'_>,
    (wish, present): (&Wish<'_>, &HashMap<i32, Tag>),
) -> AppResult<Outcome> {
    let Some(id) = wish.target else {
        let tag = tags::create(conn, writer, &wish.created(manner)?).await?;
        return Ok(Outcome::Created(tag.row.id, tag.row.key()));
    };
    // Most of a file that is imported again says nothing new.
    if let Some(before) = present.get(&id)
        && tags::is_same(before, &wish.changed(before, manner)?)
    {
        return Ok(Outcome::Unchanged(id, before.row.key()));
    }
    let mut version = 0;
    let change = |before: &Tag| {
        version = before.row.version;
        wish.changed(before, manner)
    };
    let after = tags::update(conn, writer, id, &Precondition::default(), change).await?;
    let key = after.row.key();
    Ok(match after.row.version == version {
        true => Outcome::Unchanged(id, key),
        false => Outcome::Updated(id, key),
    })
}
