//! `/v1/domains`

mod defaults;
mod pages;
mod resource;
mod spaces;
