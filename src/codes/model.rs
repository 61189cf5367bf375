mod claims;
mod minter;

pub use claims::{claim, sample_fill};
pub use minter::Minter;
