//! A counter that threads do not fight for.

use std::{
    cell::Cell,
    sync::atomic::{AtomicI64, AtomicUsize, Ordering::Relaxed},
};

const STRIPES: usize = 16;

/// A place in memory that no other processor writes to.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Stripe(AtomicI64);

/// A number that threads raise each in a place of its own; whoever reads it adds them up.
#[derive(Debug, Default)]
pub struct Stripes([Stripe; STRIPES]);

thread_local! {
    static PLACE: Cell<Option<usize>> = const { Cell::new(None) };
}

fn place() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    PLACE.with(|place| match place.get() {
        Some(place) => place,
        None => {
            let own = NEXT.fetch_add(1, Relaxed) % STRIPES;
            place.set(Some(own));
            own
        }
    })
}

impl Stripes {
    /// Adds one.
    pub fn increment(&self) {
        self.0[place()].0.fetch_add(1, Relaxed);
    }

    /// All of it.
    pub fn sum(&self) -> i64 {
        self.0.iter().map(|stripe| stripe.0.load(Relaxed)).sum()
    }
}
