//! What tests of the API have in common.

mod answer;
mod database;
mod server;
mod sql;
mod story;

pub use answer::Answer;
pub use server::{Client, TestApp};
pub use story::Story;
