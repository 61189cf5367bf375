//! The lines of a file: articles as the API answers or exports them, or as much as somebody wrote.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    articles::{
        model::Wanted,
        name::{Name, NameInput},
        upsert,
    },
    base::{
        context::Context,
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
    /// The article that it makes where there is none of this name; `None` if it breaks a rule.
    pub created: Option<Wanted>,
    /// What it is named by, in the form in which names are compared.
    pub identity: Identity,
    /// What else of it no other article may have.
    pub identities: Vec<Identity>,
}

/// What no two articles share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The id.
    Id(Uuid),
    /// The address, in its normalised form.
    Url(String),
    /// An id that another system gave: the system, and the id there.
    External(String, String),
}

impl Line {
    /// Reads a line.
    pub fn read(line: Result<Vec<u8>, String>, context: &Context) -> AppResult<Self> {
        let Members(mut members) = line
            .and_then(|line| Members::of_line(&line))
            .map_err(|detail| AppError::new(Code::MalformedJson, detail))?;
        // Where an export went on; it says nothing of the article.
        members.shift_remove("cursor");
        let name = name_of(&members)?;
        let now = context.clock.now();
        let created = upsert::created(members.clone(), &name, (context, now)).ok();
        Ok(Self {
            identity: identity(&name),
            identities: created.iter().flat_map(identities).collect(),
            name,
            members,
            created,
        })
    }
}

fn identity(name: &Name) -> Identity {
    match name {
        Name::Id(id) => Identity::Id(*id),
        Name::Url(url) => Identity::Url(url.normalised()),
        Name::External(source, id) => Identity::External(source.clone(), id.clone()),
    }
}

/// What an article has that no other may have.
fn identities(wanted: &Wanted) -> impl Iterator<Item = Identity> {
    let content = &wanted.content;
    let url = content.normalised_url.clone().map(Identity::Url);
    let external = content.external_ids.0.iter();
    let external = external.map(|it| Identity::External(it.source.clone(), it.id.clone()));
    url.into_iter().chain(external)
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
