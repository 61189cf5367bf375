//! What tests of the API have in common.

mod answer;
mod database;
mod server;

pub use answer::Answer;
pub use database::execute;
pub use server::{Client, TestApp};
