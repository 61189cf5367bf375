//! Nothing is built here; cargo is told what the binary contains besides its sources.

fn main() {
    // Without this, a migration that is only added would not be noticed.
    println!("cargo::rerun-if-changed=migrations");
}
