//! Parameters of a query that take several values, separated by commas.

use super::error::{AppError, AppResult};

/// Most names in one parameter that takes several.
pub const MAX_NAMES: usize = 100;

/// The names in a parameter that takes several; an empty one is a mistake of the caller's.
pub fn names(parameter: &str, raw: Option<&str>) -> AppResult<Option<Vec<String>>> {
    let Some(raw) = raw else { return Ok(None) };
    let names: Vec<String> = raw.split(',').map(|name| name.trim().to_owned()).collect();
    match names.len() {
        _ if names.iter().any(String::is_empty) => Err(AppError::parameter(
            parameter,
            "has an empty name in its list",
        )),
        1..=MAX_NAMES => Ok(Some(names)),
        _ => Err(AppError::parameter(
            parameter,
            format!("has more than {MAX_NAMES} names"),
        )),
    }
}

/// The words in a parameter that takes several of a few.
pub fn words<T>(
    parameter: &str,
    raw: Option<&str>,
    read: impl Fn(&str) -> Option<T>,
    known: &str,
) -> AppResult<Option<Vec<T>>> {
    let Some(names) = names(parameter, raw)? else {
        return Ok(None);
    };
    let fault = |name: &String| {
        AppError::parameter(parameter, format!("does not know {name}; it knows {known}"))
    };
    names
        .iter()
        .map(|name| read(name).ok_or_else(|| fault(name)))
        .collect::<AppResult<Vec<T>>>()
        .map(Some)
}
