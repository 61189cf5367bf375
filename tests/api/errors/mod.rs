//! Failures as callers see them: a problem with a stable code, whatever went wrong.

mod hostile;
mod outage;
mod parameters;
mod poison;
mod requests;
