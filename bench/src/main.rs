//! Measures Dateline beside the limits of its machine.

fn main() {}
