mod announcing;
mod bulk;
mod claims;
mod minter;
mod targets;

pub use announcing::announce_links_of;
pub use bulk::insert_all;
pub use claims::{claim, sample_fill};
pub use minter::Minter;
pub use targets::articles_of;
