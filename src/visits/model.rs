//! Rows and SQL of visits.

mod flush;
mod partitions;
mod rollup;
mod stats;

pub use flush::{forget_instances, persist};
pub use partitions::{Month, drop_before, ensure};
pub use rollup::roll_up;
pub use stats::{Groups, Statistics, TopLink, find_link, links_of_article, read, top};
