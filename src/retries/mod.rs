//! Requests that may be sent again: a write with an `Idempotency-Key` happens once.
//!
//! Table: `idempotency_keys`. What was answered is kept in the transaction of the write itself, so there is no
//! effect without its answer and no answer without its effect. A caller who heard nothing sends the same again:
//! what was made is answered as it was, what was refused or broke off is tried anew, and what is still at work is
//! answered with 409. A key belongs to the caller and to one request; it is forgotten after a day.

mod attempt;
mod model;
mod worker;

pub use attempt::{Attempt, RetryHeader};
pub use worker::forget_forever;
