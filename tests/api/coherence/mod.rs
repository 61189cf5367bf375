//! Several instances on one database, and what each keeps in memory

mod answers;
mod cell;
mod edits;
mod listener;
mod memory;
mod model;
mod positions;
