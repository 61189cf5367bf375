//! The lines of a file: articles as the API answers or exports them, or as much as somebody wrote.

use serde_json::{Map, Value};

use crate::{
    articles::name::{Name, NameInput},
    base::{
        error::{AppError, AppResult, Code},
        extract,
        members::Members,
    },
};

/// An article of a line.
#[derive(Debug)]
pub struct Line {
    /// What it is named by.
    pub name: Name,
    /// What is said of it.
    pub members: Map<String, Value>,
}

impl Line {
    /// Reads a line.
    pub fn read(bytes: &[u8]) -> AppResult<Self> {
        let Members(mut members) =
            Members::of_line(bytes).map_err(|detail| AppError::new(Code::MalformedJson, detail))?;
        // Where an export went on; it says nothing of the article.
        members.shift_remove("cursor");
        let name = name_of(&members)?;
        Ok(Self { name, members })
    }
}

/// The article's id, else the first of its external ids, else its address: so that an import that is run again
/// finds what it made.
fn name_of(members: &Map<String, Value>) -> AppResult<Name> {
    let of = |name: &str| members.get(name).filter(|value| !value.is_null()).cloned();
    let first = of("external_ids").and_then(|ids| ids.get(0).cloned());
    let read = |name: &str, value: Value| {
        let member = Map::from_iter([(name.to_owned(), value)]);
        extract::from_members::<NameInput>(member)
    };
    let named = match (of("id"), first, of("canonical_url")) {
        (Some(id), _, _) => read("id", id)?,
        (None, Some(external), _) => read("external_id", external)?,
        (None, None, Some(url)) => read("url", url)?,
        (None, None, None) => NameInput::default(),
    };
    let detail = "has neither id, external_ids nor canonical_url by which it could be found again";
    let unnamed = || AppError::new(Code::Invalid, detail);
    named.parse().ok().flatten().ok_or_else(unnamed)
}
