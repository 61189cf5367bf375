//! The tags above and below one: what it is part of, and what is part of it.

mod handlers;

pub use handlers::{list_tag_ancestors, list_tag_descendants};
