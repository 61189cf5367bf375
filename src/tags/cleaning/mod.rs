//! What keeps the vocabulary clean: which tags may mean the same, and how many there are.

mod handlers;
mod view;

pub use handlers::{count_tags, list_duplicate_tags};
