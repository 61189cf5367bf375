//! Who calls, and with which scopes

mod authorization;
mod resource;
mod scopes;
