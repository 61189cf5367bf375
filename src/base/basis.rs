//! What an answer that is kept in memory rests on, and whether that still stands.
//!
//! Every notice has a number, and each name keeps the number of the latest notice about it. What is read from
//! the database after a moment stands for as long as no name that it rests on has a later number than that moment:
//! whoever caches forgets nothing by itself, and a notice that arrives while something is loaded counts against it.

use std::sync::atomic::{AtomicU64, Ordering};

use xxhash_rust::xxh3::Xxh3;

use super::notices::Topic;

/// Places for names. Those that share one void each other's answers now and then, which costs a look-up.
const SLOTS: usize = 1 << 16;

/// The name of everything under a topic.
pub const EVERYTHING: &str = "*";

/// A moment before something is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(u64);

/// What an answer rests on: names, and the moment from which they must be unchanged.
#[derive(Clone, Debug)]
pub struct Basis {
    since: Moment,
    slots: Box<[u16]>,
}

impl Basis {
    /// Names under their topics, read after a moment. Of each topic `*` is among them.
    pub fn new<'a>(since: Moment, names: impl IntoIterator<Item = (Topic<'a>, &'a str)>) -> Self {
        let mut slots = Vec::new();
        for (topic, name) in names {
            slots.extend([slot(topic, EVERYTHING), slot(topic, name)]);
        }
        slots.sort_unstable();
        slots.dedup();
        let slots = slots.into_boxed_slice();
        Self { since, slots }
    }

    /// Memory that it takes beyond its own size, in bytes.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.slots)
    }
}

/// When each name changed last, by the count of notices.
#[derive(Debug)]
pub struct LastChanges {
    notices: AtomicU64,
    /// When everything under every topic may have changed.
    all: AtomicU64,
    of_slots: Box<[AtomicU64]>,
}

impl Default for LastChanges {
    fn default() -> Self {
        Self {
            notices: AtomicU64::new(0),
            all: AtomicU64::new(0),
            of_slots: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl LastChanges {
    /// The present moment. Whatever was committed before a notice that was noted is seen by a read that begins now.
    pub fn moment(&self) -> Moment {
        Moment(self.notices.load(Ordering::Acquire))
    }

    /// Notes that what has this name under the topic has changed.
    pub fn note(&self, topic: Topic<'_>, name: &str) {
        let number = self.next();
        if let Some(place) = self.of_slots.get(usize::from(slot(topic, name))) {
            place.fetch_max(number, Ordering::AcqRel);
        }
    }

    /// Notes that anything may have changed.
    pub fn note_all(&self) {
        self.all.fetch_max(self.next(), Ordering::AcqRel);
    }

    /// Whether nothing that it rests on has changed since.
    pub fn uphold(&self, basis: &Basis) -> bool {
        let Moment(since) = basis.since;
        let is_older = |place: &AtomicU64| place.load(Ordering::Acquire) <= since;
        is_older(&self.all)
            && basis
                .slots
                .iter()
                .all(|slot| self.of_slots.get(usize::from(*slot)).is_some_and(is_older))
    }

    fn next(&self) -> u64 {
        self.notices.fetch_add(1, Ordering::AcqRel) + 1
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "any part of a hash is as good as another"
)]
fn slot(topic: Topic<'_>, name: &str) -> u16 {
    let mut hash = Xxh3::new();
    hash.update(topic.0.as_bytes());
    hash.update(b" ");
    hash.update(name.as_bytes());
    hash.digest() as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOPIC: Topic<'_> = Topic("thing");

    #[test]
    fn what_changes_after_the_moment_voids_what_rests_on_it() {
        let changes = LastChanges::default();
        changes.note(TOPIC, "a");
        let basis = Basis::new(changes.moment(), [(TOPIC, "a"), (TOPIC, "b")]);
        assert!(changes.uphold(&basis));

        changes.note(TOPIC, "c");
        changes.note(Topic("other"), "a");
        assert!(changes.uphold(&basis));

        changes.note(TOPIC, "b");
        assert!(!changes.uphold(&basis));
    }

    #[test]
    fn everything_of_a_topic_and_everything_at_all_void_too() {
        for note in [
            (|changes: &LastChanges| changes.note(TOPIC, EVERYTHING)) as fn(&LastChanges),
            LastChanges::note_all,
        ] {
            let changes = LastChanges::default();
            let basis = Basis::new(changes.moment(), [(TOPIC, "a")]);
            note(&changes);
            assert!(!changes.uphold(&basis));
        }
    }
}
