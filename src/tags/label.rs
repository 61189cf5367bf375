//! What a tag is called, language by language. Source: SKOS Reference §5.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::language::{Preferred, UNDETERMINED};

crate::text_enum! {
    /// How a label is used.
    pub enum Role {
        /// The name that is shown; one in a language.
        Preferred = "pref",
        /// Another name that people use.
        Alternative = "alt",
        /// A name that finds the tag and is not for readers, such as a misspelling.
        Hidden = "hidden",
    }
}

/// One name of a tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// BCP 47 in canonical case; `und` where nobody said.
    pub language: String,
    /// How it is used.
    pub role: Role,
    /// The name.
    pub name: String,
}

/// The names of a tag in one language; no name stands in two places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The name that is shown.
    pub preferred: Option<String>,
    /// Others that people use.
    pub alternative: BTreeSet<String>,
    /// Those that are never shown.
    pub hidden: BTreeSet<String>,
}

/// All names of a tag, by language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(pub BTreeMap<String, Names>);

impl Labels {
    /// One preferred name.
    pub fn of_name(language: &str, name: &str) -> Self {
        let names = Names {
            preferred: Some(name.to_owned()),
            ..Names::default()
        };
        Self(BTreeMap::from([(language.to_owned(), names)]))
    }

    /// Each label by itself.
    pub fn iter(&self) -> impl Iterator<Item = Label> {
        self.0.iter().flat_map(|(language, names)| {
            let role = |role, name: &String| Label {
                language: language.clone(),
                role,
                name: name.clone(),
            };
            let preferred = names.preferred.iter();
            let preferred = preferred.map(move |name| role(Role::Preferred, name));
            let alternative = names.alternative.iter();
            let alternative = alternative.map(move |name| role(Role::Alternative, name));
            let hidden = names.hidden.iter();
            preferred
                .chain(alternative)
                .chain(hidden.map(move |name| role(Role::Hidden, name)))
        })
    }

    /// The preferred names, with their languages.
    pub fn preferred(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        let names = self.0.iter();
        names.filter_map(|(language, names)| Some((language.as_str(), names.preferred.as_deref()?)))
    }

    /// The preferred name that a caller wants to see, with its language.
    pub fn best(&self, preferred: &Preferred) -> Option<(&str, &str)> {
        let languages = self.preferred().map(|(language, _)| language);
        let best = preferred.choose(languages)?;
        self.preferred().find(|(language, _)| *language == best)
    }

    /// The preferred name that is shown to callers who ask for no language: that of the deployment's
    /// language, else the one whose language nobody said, else the first in the order of languages.
    pub fn main(&self, default: &Preferred) -> Option<(&str, &str)> {
        let unsaid = || {
            self.preferred()
                .find(|(language, _)| *language == UNDETERMINED)
        };
        (self.best(default).or_else(unsaid)).or_else(|| self.preferred().next())
    }
}

impl FromIterator<Label> for Labels {
    fn from_iter<I: IntoIterator<Item = Label>>(labels: I) -> Self {
        let mut all = Self::default();
        for Label {
            language,
            role,
            name,
        } in labels
        {
            let names = all.0.entry(language).or_default();
            match role {
                Role::Preferred => names.preferred = Some(name),
                Role::Alternative => drop(names.alternative.insert(name)),
                Role::Hidden => drop(names.hidden.insert(name)),
            }
        }
        all
    }
}
