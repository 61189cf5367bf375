//! The OpenAPI document under test: it is what the code makes, it explains itself, and a walk along it calls
//! every operation of the running service.

mod answers;
mod committed;
pub mod document;
pub mod ground;
mod methods;
mod parameters;
mod permissions;
mod wording;
