//! Many writes of tags in one request.

mod handlers;
mod input;
mod view;

pub use handlers::write_tags;
