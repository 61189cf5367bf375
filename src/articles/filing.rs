//! Which tags an article carries, as single ones come and go.

use super::{
    input::check_tag_count,
    model::{Current, TagWish, Wanted},
};
use crate::base::error::{AppError, AppResult};

/// The article as it is, with other tags.
pub fn retagged(before: &Current, tags: Vec<TagWish>) -> Wanted {
    Wanted {
        content: before.article.row.content.clone(),
        body: before.body.clone(),
        tags,
    }
}

/// The tags of an article with one of them put in its place: from 0; absent, a new one goes last and one that is
/// there stays.
pub fn placed(
    before: &Current,
    (number, name): (i32, String),
    position: Option<u32>,
) -> AppResult<Vec<TagWish>> {
    let (mut wishes, present) = (wishes_of(before), position_of(before, number));
    let place = match (position, present) {
        (None, Some(_)) => return Ok(wishes),
        (None, None) => wishes.len(),
        (Some(place), _) => usize::try_from(place).unwrap_or(usize::MAX),
    };
    if let Some(present) = present {
        wishes.remove(present);
    }
    wishes.insert(place.min(wishes.len()), TagWish::Named(name));
    check_tag_count(wishes.len())?;
    Ok(wishes)
}

/// The tags of an article without one that it carries.
pub fn removed(before: &Current, number: i32) -> AppResult<Vec<TagWish>> {
    let mut wishes = wishes_of(before);
    wishes.remove(position_of(before, number).ok_or_else(AppError::not_found)?);
    Ok(wishes)
}

fn position_of(before: &Current, number: i32) -> Option<usize> {
    before.article.tags.iter().position(|tag| tag.id == number)
}

fn wishes_of(before: &Current) -> Vec<TagWish> {
    before.tag_keys().map(TagWish::Named).collect()
}
