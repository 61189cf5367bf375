//! The exact counter of one link.

use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{Relaxed, SeqCst},
};

use chrono::{DateTime, Utc};

use super::{class::Class, counts::Counts, quarter::Quarter};

/// Counts the visits of one link until they are collected; one lives in each entry of the redirect's
/// cache.
///
/// Each counter holds its quarter of an hour beside its count, in one word: so visits can be counted
/// by any number of threads without a lock, and never end up in another quarter, however late they
/// are collected and however the clock jumps. The counts and the flag are read and written in one
/// order that all threads agree on: a count that is left behind always meets a flag that is down.
#[derive(Debug)]
pub struct Tally {
    link_id: i64,
    slots: [AtomicU64; Class::ALL.len()],
    is_awaited: AtomicBool,
}

/// Visits of one class in one quarter of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    /// The link that was followed.
    pub link_id: i64,
    /// When it was.
    pub quarter: Quarter,
    /// By whom, and how often.
    pub counts: Counts,
}

/// A quarter in the upper half, a count in the lower.
const fn pack(quarter: Quarter, count: u32) -> u64 {
    ((quarter.0 as u64) << 32) | count as u64
}

#[expect(clippy::cast_possible_truncation, reason = "each half is a u32")]
const fn unpack(word: u64) -> (Quarter, u32) {
    (Quarter((word >> 32) as u32), word as u32)
}

impl Tally {
    /// A counter at nothing.
    pub fn new(link_id: i64) -> Self {
        Self {
            link_id,
            slots: Default::default(),
            is_awaited: AtomicBool::new(false),
        }
    }

    /// The link that is counted.
    pub fn link_id(&self) -> i64 {
        self.link_id
    }

    /// Counts a visit. What the counter still held of another quarter is handed back, to be kept by
    /// the caller.
    pub fn count(&self, class: Class, at: DateTime<Utc>) -> Option<Portion> {
        let quarter = Quarter::of(at);
        let slot = &self.slots[class as usize];
        let mut present = slot.load(Relaxed);
        loop {
            let (held, count) = unpack(present);
            let is_fresh = held != quarter || count == u32::MAX;
            let next = if is_fresh {
                pack(quarter, 1)
            } else {
                present + 1
            };
            match slot.compare_exchange_weak(present, next, SeqCst, Relaxed) {
                Ok(_) if is_fresh => return self.portion(class, present),
                Ok(_) => return None,
                Err(other) => present = other,
            }
        }
    }

    /// Whether the caller has to see to it that this counter is collected; it is asked of one only.
    ///
    /// A plain look is enough where the flag is up: who collects takes it down before the counts, so
    /// whoever counts into what was left behind sees it down.
    pub fn needs_collecting(&self) -> bool {
        !self.is_awaited.load(SeqCst) && !self.is_awaited.swap(true, SeqCst)
    }

    /// Takes what was counted.
    pub fn collect(&self) -> impl Iterator<Item = Portion> {
        self.is_awaited.swap(false, SeqCst);
        let words = Class::ALL
            .iter()
            .map(|class| (*class, self.slots[*class as usize].swap(0, SeqCst)));
        words.filter_map(|(class, word)| self.portion(class, word))
    }

    fn portion(&self, class: Class, word: u64) -> Option<Portion> {
        let (quarter, count) = unpack(word);
        let mut counts = Counts::default();
        counts.add(class, i64::from(count));
        (count > 0).then_some(Portion {
            link_id: self.link_id,
            quarter,
            counts,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread};

    use chrono::TimeDelta;

    use super::*;

    fn moment(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn a_visit_stays_in_its_quarter_however_late_it_is_collected() {
        let tally = Tally::new(7);

        let spilt = [
            tally.count(Class::Person, moment(899)),
            tally.count(Class::Person, moment(10 * 86_400)),
            tally.count(Class::Bot, moment(900)),
        ];

        let spilt: Vec<Portion> = spilt.into_iter().flatten().collect();
        assert_eq!(spilt.len(), 1);
        assert_eq!((spilt[0].quarter, spilt[0].counts.people), (Quarter(0), 1));
        let left: Vec<_> = tally.collect().map(|it| (it.quarter, it.counts)).collect();
        let counts = |people, bots| Counts {
            people,
            bots,
            prefetches: 0,
        };
        assert_eq!(
            left,
            [(Quarter(960), counts(1, 0)), (Quarter(1), counts(0, 1))]
        );
        assert_eq!(tally.collect().count(), 0);
    }

    #[test]
    fn nothing_is_lost_between_counting_and_collecting() {
        const EACH: i64 = 100_000;
        let tally = Arc::new(Tally::new(1));
        let count = |step: i64| {
            let tally = Arc::clone(&tally);
            thread::spawn(move || {
                let mut spilt = 0;
                for visit in 0..EACH {
                    let portion = tally.count(Class::Person, moment(visit / step));
                    spilt += portion.map_or(0, |portion| portion.counts.people);
                }
                spilt
            })
        };

        let counting = [count(1), count(10), count(50)];
        let mut collected = 0;
        while counting.iter().any(|thread| !thread.is_finished()) {
            collected += tally.collect().map(|it| it.counts.people).sum::<i64>();
        }
        let spilt: i64 = counting.into_iter().map(|it| it.join().unwrap()).sum();
        collected += tally.collect().map(|it| it.counts.people).sum::<i64>();

        assert_eq!(collected + spilt, 3 * EACH);
    }

    #[test]
    fn a_counter_that_was_collected_asks_for_it_again() {
        let tally = Tally::new(1);

        assert!(tally.needs_collecting());
        assert!(!tally.needs_collecting());
        assert_eq!(tally.collect().count(), 0);
        assert!(tally.needs_collecting());
    }
}
