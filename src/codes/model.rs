mod announcing;
mod claims;
mod minter;

pub use announcing::announce_links_of;
pub use claims::{claim, sample_fill};
pub use minter::Minter;
