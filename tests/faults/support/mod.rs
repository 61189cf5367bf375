//! What tests of faults have in common.

mod account;
mod api;
mod ground;
mod ledger;
mod load;
mod pooler;
mod postgres;
mod process;
mod proxy;
mod standby;
mod tools;
mod whole;
mod writers;

pub use account::{Account, Stored};
pub use api::{Api, NoAnswer, Told};
pub use ground::{Ground, follow, head, until};
pub use ledger::{Ledger, Making, Written};
pub use load::{Load, Seen};
pub use pooler::Pooler;
pub use postgres::Postgres;
pub use process::{Service, migrate};
pub use proxy::{Mode, Proxy};
pub use standby::Standby;
pub use tools::{client_program, run};
pub use writers::Writers;
