//! What tags other services mean.

mod handlers;
mod input;
mod view;

pub use handlers::resolve_tags;
