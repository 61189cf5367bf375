//! What tests of the API have in common.

mod answer;
mod database;
mod file;
mod metrics;
mod server;
mod signal;
mod sql;
mod story;
mod waiting;

pub use answer::Answer;
pub use database::execute;
pub use file::ImportFile;
pub use server::{Client, TestApp};
pub use signal::signal;
pub use story::Story;
pub use waiting::until;
