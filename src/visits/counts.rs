//! Visits of each class.

use std::ops::AddAssign;

use super::class::Class;

/// Visits, those of people, of machines and of browsers that look ahead apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Visits of people.
    pub people: i64,
    /// Visits of machines.
    pub bots: i64,
    /// What browsers fetched ahead.
    pub prefetches: i64,
}

impl Counts {
    /// All visits.
    pub fn sum(&self) -> i64 {
        self.people + self.bots + self.prefetches
    }

    /// Adds visits of one class.
    pub fn add(&mut self, class: Class, visits: i64) {
        match class {
            Class::Person => self.people += visits,
            Class::Bot => self.bots += visits,
            Class::Prefetch => self.prefetches += visits,
        }
    }

    /// What is left of these when others are taken away; never less than nothing.
    pub fn without(&self, others: &Self) -> Self {
        Self {
            people: (self.people - others.people).max(0),
            bots: (self.bots - others.bots).max(0),
            prefetches: (self.prefetches - others.prefetches).max(0),
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.people += other.people;
        self.bots += other.bots;
        self.prefetches += other.prefetches;
    }
}
