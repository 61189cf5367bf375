use crate::{Result, bench::Bench, finding::Finding};

/// Something that is measured.
pub struct Case {
    /// Its name on the command line and in `goals.toml`.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// Measures.
    pub run: fn(&Bench) -> Result<Vec<Finding>>,
}

/// Names the files of this folder, in the order in which they run. Each has a constant `ABOUT` and a
/// function `run`.
macro_rules! cases {
    ($($name:ident),+ $(,)?) => {
        $(mod $name;)+

        /// Every case, in the order in which they run.
        pub const ALL: &[Case] = &[$(Case {
            name: stringify!($name),
            about: $name::ABOUT,
            run: $name::run,
        }),+];
    };
}

// Those that fill the database come last.
cases!(
    redirect_hit,
    redirect_miss,
    wrong_check,
    peer,
    article_hit,
    article_miss,
    tag_page,
    latency,
    start,
    create_article,
    create_link,
    zipf,
    memory,
    stats_month,
    suggest,
    autocomplete,
    tag_descendants,
    growth,
    merge,
    soak,
    import_articles,
);
