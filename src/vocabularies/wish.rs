//! What is to become of a tag, as an entry says it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::entry::Entry;
use crate::{
    base::{error::AppResult, timestamp},
    tags::{ExternalId, NewTag, Tag, TagKind, WriteTag},
};

/// An entry, and what is known of it before it is written.
#[derive(Debug)]
pub struct Wish<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// Those of its identifiers that its tag can have.
    pub ids: Vec<ExternalId>,
    /// The number of the tag that it is about; `None` makes one.
    pub target: Option<i32>,
}

/// What all wishes of an import have in common.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'a> {
    /// The kind of tags whose kind is not said.
    pub kind: TagKind,
    /// The deployment's language.
    pub language: &'a str,
    /// The moment of the import.
    pub now: DateTime<Utc>,
}

impl Wish<'_> {
    /// The tag that is to be made.
    pub fn created(&self, manner: &Manner<'_>) -> AppResult<NewTag> {
        let mut members = self.entry.members.clone();
        members.insert("external_ids".to_owned(), listed(self.ids.iter()));
        self.retire(&mut members, None, manner.now);
        let slug = self.entry.key.as_ref().map(|key| key.slug.clone());
        let kind = self.entry.kind().unwrap_or(manner.kind);
        let new = WriteTag::from_document(members)?.parse(Some((kind, slug)), manner.language)?;
        Ok(may_share_name(new))
    }

    /// What is to become of a tag that is there: what the entry says replaces, language by language
    /// and role by role; identifiers come together; what it does not say stays.
    pub fn changed(&self, before: &Tag, manner: &Manner<'_>) -> AppResult<NewTag> {
        let mut members = self.entry.members.clone();
        let known = before.external_ids.iter();
        let fresh = self
            .ids
            .iter()
            .filter(|id| !before.external_ids.contains(id));
        members.insert("external_ids".to_owned(), listed(known.chain(fresh)));
        // The key names the tag, under a former one too: it is no wish for another.
        if let Some(key) = &self.entry.key
            && members.get("slug").and_then(Value::as_str) == Some(key.slug.as_str())
        {
            members.shift_remove("slug");
        }
        self.retire(&mut members, before.row.retired_at, manner.now);
        keep_apart(before, &mut members);
        let new = WriteTag::patched(before, members)?;
        let new = new.parse(Some((before.row.kind, None)), manner.language)?;
        Ok(may_share_name(new))
    }

    /// Who only says that a tag is retired means since now, unless it is already.
    fn retire(
        &self,
        members: &mut Map<String, Value>,
        before: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) {
        let is_said = members.contains_key("retired_at") || before.is_some_and(|at| at <= now);
        if self.entry.is_deprecated && !is_said {
            members.insert("retired_at".to_owned(), timestamp::format(now).into());
        }
    }
}

fn may_share_name(new: NewTag) -> NewTag {
    NewTag {
        may_share_name: true,
        ..new
    }
}

fn listed<'a>(ids: impl Iterator<Item = &'a ExternalId>) -> Value {
    ids.map(|ExternalId { authority, id }| json!({"authority": authority, "id": id}))
        .collect()
}

/// No name stands in two roles of a language. One that the entry gives another role leaves the role
/// that it has, except that of the preferred name, which only another preferred name can end.
fn keep_apart(before: &Tag, members: &mut Map<String, Value>) {
    let Some(Value::Object(languages)) = members.get_mut("labels") else {
        return;
    };
    for (language, roles) in languages {
        let (Some(present), Value::Object(roles)) = (before.labels.0.get(language), roles) else {
            continue;
        };
        if !roles.contains_key("pref")
            && let Some(preferred) = &present.preferred
        {
            for role in ["alt", "hidden"] {
                if let Some(Value::Array(names)) = roles.get_mut(role) {
                    names.retain(|name| name != preferred);
                }
            }
        }
        let said: BTreeSet<String> = roles.values().flat_map(texts).map(str::to_owned).collect();
        for (role, names) in [("alt", &present.alternative), ("hidden", &present.hidden)] {
            if !roles.contains_key(role) && !said.is_disjoint(names) {
                let kept: Vec<&String> = names.difference(&said).collect();
                roles.insert(role.to_owned(), json!(kept));
            }
        }
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let many = value.as_array().into_iter().flatten();
    value
        .as_str()
        .into_iter()
        .chain(many.filter_map(Value::as_str))
}
