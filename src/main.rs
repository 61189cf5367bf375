//! The `dateline` binary.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Settings of a `.env` file count where the environment says nothing.
    dotenvy::dotenv().ok();
    let filters = std::env::var("RUST_LOG").unwrap_or_default();
    let filters = match filters.trim() {
        "" => "info,actix_server=warn,tokio_postgres=warn",
        filters => filters,
    };
    env_logger::Builder::new().parse_filters(filters).init();
    dateline::cli::main()
}
