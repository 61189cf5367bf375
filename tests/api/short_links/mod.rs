//! `/v1/short-links`

mod creation;
mod forever;
mod lists;
mod primary;
mod races;
mod writes;
