//! Visits: how they are counted, written and told

mod counting;
mod detail;
mod flushing;
mod ground;
mod months;
mod parameters;
mod series;
mod unclear;
