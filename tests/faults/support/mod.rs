//! What tests of faults have in common.

mod account;
mod ground;
mod load;
mod postgres;
mod process;
mod proxy;

pub use account::{Account, Stored};
pub use ground::{Ground, follow, until};
pub use load::{Load, Seen};
pub use postgres::Postgres;
pub use process::Service;
pub use proxy::{Mode, Proxy};
