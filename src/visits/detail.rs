//! Single visits, as they wait to be written.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::{class::Class, counts::Counts, quarter::Quarter};

/// Longest name of a channel, in characters.
pub const MAX_CHANNEL: usize = 12;

/// Most values that one flush tells apart for each link and dimension; a flood of invented hosts
/// fills neither memory nor tables.
const MAX_VALUES: usize = 50;

/// What stands for all further values.
pub const OTHER: &str = "(other)";

crate::text_enum! {
    /// What visits are broken down by.
    pub enum Dimension {
        /// Not at all: every visit that was noted singly, so that those without a value of another
        /// dimension, most of them, need no row there.
        Whole = "all",
        /// The channel of the short link that was followed.
        Channel = "channel",
        /// The host of the page that the reader came from.
        Referrer = "referrer",
        /// The country that a trusted proxy named.
        Country = "country",
    }
}

/// A single visit, without anything that says who it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// When it was.
    pub at: DateTime<Utc>,
    /// The link that was followed.
    pub link_id: i64,
    /// Who or what followed it.
    pub class: Class,
    channel: [u8; MAX_CHANNEL],
    /// The host of the page that the reader came from.
    pub referrer: Option<Box<str>>,
    country: [u8; 2],
}

impl Detail {
    /// A visit that names neither channel nor referrer nor country.
    pub fn new(at: DateTime<Utc>, link_id: i64, class: Class) -> Self {
        Self {
            at,
            link_id,
            class,
            channel: [0; MAX_CHANNEL],
            referrer: None,
            country: [0; 2],
        }
    }

    /// The same by a channel. What is no name of one is none.
    pub fn by_channel(mut self, channel: Option<&str>) -> Self {
        let is_sound = |name: &&str| {
            name.len() <= MAX_CHANNEL && name.bytes().all(|byte| byte.is_ascii_lowercase())
        };
        if let Some(name) = channel.filter(is_sound) {
            self.channel[..name.len()].copy_from_slice(name.as_bytes());
        }
        self
    }

    /// The same in a country.
    pub fn in_country(mut self, country: Option<[u8; 2]>) -> Self {
        self.country = country.unwrap_or_default();
        self
    }

    /// The channel.
    pub fn channel(&self) -> Option<&str> {
        letters(&self.channel)
    }

    /// The country, ISO 3166-1 alpha-2.
    pub fn country(&self) -> Option<&str> {
        letters(&self.country)
    }

    fn value(&self, dimension: Dimension) -> Option<&str> {
        match dimension {
            Dimension::Whole => Some(""),
            Dimension::Channel => self.channel(),
            Dimension::Referrer => self.referrer.as_deref(),
            Dimension::Country => self.country(),
        }
    }
}

/// The letters in front of the zeros; nothing, if there is none.
fn letters(bytes: &[u8]) -> Option<&str> {
    let end = bytes.iter().position(|byte| *byte == 0);
    let name = std::str::from_utf8(&bytes[..end.unwrap_or(bytes.len())]).ok()?;
    (!name.is_empty()).then_some(name)
}

/// What visits are told apart by: link, dimension, quarter and value.
pub type Part<'a> = (i64, Dimension, Quarter, &'a str);

/// Visits of each part.
pub type Breakdown<'a> = BTreeMap<Part<'a>, Counts>;

/// Breaks single visits down.
pub fn break_down(details: &[Detail]) -> Breakdown<'_> {
    let mut known: HashMap<(i64, Dimension), HashSet<&str>> = HashMap::new();
    let mut parts = Breakdown::new();
    for detail in details {
        let quarter = Quarter::of(detail.at);
        for dimension in Dimension::ALL {
            let Some(mut value) = detail.value(*dimension) else {
                continue;
            };
            let values = known.entry((detail.link_id, *dimension)).or_default();
            if !values.contains(value) {
                match values.len() < MAX_VALUES {
                    true => drop(values.insert(value)),
                    false => value = OTHER,
                }
            }
            let key = (detail.link_id, *dimension, quarter, value);
            parts.entry(key).or_default().add(detail.class, 1);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_invented_hosts_is_counted_under_one_word() {
        let at = DateTime::UNIX_EPOCH;
        let details: Vec<Detail> = (0..1000)
            .map(|number| {
                let mut detail = Detail::new(at, 1, Class::Person).by_channel(Some("wa"));
                detail.referrer = Some(format!("host{number}.example").into());
                detail
            })
            .collect();

        let parts = break_down(&details);

        let of = |dimension, value| {
            parts
                .get(&(1, dimension, Quarter(0), value))
                .map(|counts| counts.people)
        };
        assert_eq!(parts.len(), MAX_VALUES + 1 + 2);
        assert_eq!(of(Dimension::Referrer, OTHER), Some(950));
        assert_eq!(of(Dimension::Referrer, "host49.example"), Some(1));
        assert_eq!(of(Dimension::Channel, "wa"), Some(1000));
        assert_eq!(of(Dimension::Whole, ""), Some(1000));
    }

    #[test]
    fn what_is_no_channel_is_none() {
        let channel = |name| {
            let detail = Detail::new(DateTime::UNIX_EPOCH, 1, Class::Bot).by_channel(name);
            detail.channel().map(str::to_owned)
        };

        assert_eq!(channel(Some("newsletter")), Some("newsletter".to_owned()));
        for none in [
            None,
            Some(""),
            Some("abcdefghijklm"),
            Some("Wa"),
            Some("w1"),
        ] {
            assert_eq!(channel(none), None, "{none:?}");
        }
    }
}
