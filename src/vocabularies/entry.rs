//! What a file says of one tag, whatever the file is written in.

use serde_json::{Map, Value};

use super::report::Problem;
use crate::{
    base::{error::Code, text},
    tags::{ExternalId, TagKey, TagKind, TagRef, parse_identifier},
};

/// What a file says of one tag.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Where it stands: a line, or the address of a concept.
    pub place: String,
    /// The tag's key, if the file says it.
    pub key: Option<TagKey>,
    /// The identifier under which the file itself knows the tag.
    pub own: Option<ExternalId>,
    /// The identifiers that it says the tag has.
    pub ids: Vec<ExternalId>,
    /// What the tag is part of; `None` if nothing is said of that.
    pub broader: Option<Vec<TagRef>>,
    /// Whether it says that the tag is retired, and not since when.
    pub is_deprecated: bool,
    /// All else that it says, as a merge patch (RFC 7396) of a tag.
    pub members: Map<String, Value>,
    /// What of it cannot be taken over.
    pub losses: Vec<Problem>,
}

/// What names a tag in an import.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    /// Its key or an identifier.
    Ref(TagRef),
    /// Its kind and its folded name, where a file says no more.
    Called(TagKind, String),
}

impl Entry {
    /// An entry at this place that says nothing yet.
    pub fn at(place: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            ..Self::default()
        }
    }

    /// Reads a tag as the API answers it, or as much of it as somebody wrote.
    pub fn of_document(place: String, mut members: Map<String, Value>) -> Result<Self, Problem> {
        let refused = |detail: String| Problem::new(&place, Code::Invalid, detail);
        let key = members.shift_remove("key").filter(|key| !key.is_null());
        let key = key.map(|key| read_key(&key)).transpose().map_err(refused)?;
        let kind = members.get("kind").and_then(Value::as_str);
        if let (Some(key), Some(kind)) = (&key, kind)
            && key.kind.as_str() != kind
        {
            return Err(refused(format!(
                "kind must be {}, as the key says",
                key.kind
            )));
        }
        let ids = members.shift_remove("external_ids").unwrap_or_default();
        let ids = read_ids(&ids).map_err(refused)?;
        let broader = members.shift_remove("broader");
        let broader = broader.map(|broader| read_broader(&broader));
        Ok(Self {
            broader: broader.transpose().map_err(refused)?,
            key,
            ids,
            members,
            ..Self::at(place)
        })
    }

    /// The kind that it says itself.
    pub fn kind(&self) -> Option<TagKind> {
        let said = self.members.get("kind").and_then(Value::as_str);
        (self.key.as_ref().map(|key| key.kind)).or_else(|| TagKind::from_word(said?))
    }

    /// What may name its tag, the surest first; `ids` are those of its identifiers that it keeps.
    pub fn names(&self, ids: &[ExternalId], default: TagKind) -> Vec<Name> {
        let external = |id: &ExternalId| Name::Ref(TagRef::External(id.clone()));
        let key = self.key.clone().map(|key| Name::Ref(TagRef::Key(key)));
        let own = self.own.iter().filter(|own| ids.contains(own));
        let mut names: Vec<Name> = key.into_iter().chain(own.map(external)).collect();
        names.extend(ids.iter().map(external));
        if names.is_empty()
            && let Some(name) = self.name()
        {
            let kind = self.kind().unwrap_or(default);
            names.push(Name::Called(kind, text::fold(&name)));
        }
        names
    }

    /// The name that it says first, if it can be one.
    fn name(&self) -> Option<String> {
        let said = self.members.get("name").and_then(Value::as_str);
        let labels = self.members.get("labels").and_then(Value::as_object);
        let mut preferred = labels
            .into_iter()
            .flat_map(Map::values)
            .filter_map(|names| names.get("pref")?.as_str());
        text::clean_name(said.or_else(|| preferred.next())?, usize::MAX).ok()
    }

    /// By what it is told apart from others that claim one identifier.
    pub fn code(&self) -> String {
        match (&self.own, &self.key) {
            (Some(own), _) => own.to_string(),
            (None, Some(key)) => key.to_string(),
            (None, None) => self.place.clone(),
        }
    }
}

fn read_key(value: &Value) -> Result<TagKey, String> {
    match value.as_str().and_then(TagRef::parse) {
        Some(TagRef::Key(key)) => Ok(key),
        _ => Err(format!("key {value} is no key `kind:slug`")),
    }
}

fn read_ids(value: &Value) -> Result<Vec<ExternalId>, String> {
    let Some(items) = list(value, "external_ids")? else {
        return Ok(Vec::new());
    };
    let mut ids = Vec::with_capacity(items.len());
    for item in items {
        let part = |name: &str| item.get(name).and_then(Value::as_str);
        let (Some(authority), Some(id)) = (part("authority"), part("id")) else {
            return Err(format!(
                "external_ids has {item}, which is no authority with an id"
            ));
        };
        let id =
            parse_identifier(authority, id).map_err(|fault| format!("external_ids {fault}"))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

fn read_broader(value: &Value) -> Result<Vec<TagRef>, String> {
    let items = list(value, "broader")?.unwrap_or_default();
    let name = |item: &Value| {
        let key = item.as_str().or_else(|| item.get("key")?.as_str());
        let name = key.and_then(TagRef::parse);
        name.ok_or_else(|| format!("broader has {item}, which names no tag"))
    };
    items.iter().map(name).collect()
}

fn list<'a>(value: &'a Value, name: &str) -> Result<Option<&'a [Value]>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Array(items) => Ok(Some(items)),
        _ => Err(format!("{name} must be a list")),
    }
}
