//! What a filter selects for a caller.

use super::filter::{ArticleFilter, Selection, Surface};
use crate::{
    base::{
        db::Connection,
        error::{AppError, AppResult, Code},
    },
    keys::{Caller, Reader, Scope},
    tags,
};

/// What the filter selects, if the caller may see it.
pub async fn select(
    connection: &Connection,
    caller: &Caller<Reader>,
    filter: &ArticleFilter,
) -> AppResult<Selection> {
    let named = filter.named_tags()?;
    let refs = named.refs();
    let known: Vec<_> = refs.iter().flatten().cloned().collect();
    let mut found = tags::resolve(connection, &known).await?.into_iter();
    let mut numbers = Vec::with_capacity(refs.len());
    let mut error = AppError::new(Code::UnknownTag, "The filter names tags that do not exist.");
    for (name, (parameter, raw)) in refs.into_iter().zip(named.iter()) {
        match name.and_then(|_| found.next().flatten()) {
            Some(number) => numbers.push(number),
            None => error = error.in_parameter(parameter, format!("names no tag: {raw}")),
        }
    }
    if !error.faults().is_empty() {
        return Err(error);
    }
    let mut sets: Vec<Vec<i32>> = numbers.iter().map(|number| vec![*number]).collect();
    if filter.tag_descendants {
        for (ancestor, tag) in tags::descendants(connection, &numbers).await? {
            let above = sets.iter_mut().filter(|set| set[0] == ancestor);
            above.for_each(|set| set.push(tag));
        }
    }
    let selection = filter.select(&named, &sets)?;
    if selection.surface != Surface::Live {
        caller.require(Scope::ReadUnpublished)?;
    }
    Ok(selection)
}
