//! What tests of the API have in common.

mod answer;
mod database;
mod metrics;
mod server;
mod sql;
mod story;

pub use answer::Answer;
pub use database::execute;
pub use server::{Client, TestApp};
pub use story::Story;
