use std::path::PathBuf;

use clap::Parser;

/// Measures Dateline beside the limits of its machine.
#[derive(Parser, Debug)]
#[command(name = "dateline-bench")]
pub struct Arguments {
    /// One short round on less data: whether it works, not how fast it is
    #[arg(long, conflicts_with = "full")]
    pub quick: bool,
    /// Longer passes, 50 million visits, 10 million redirects, 10 minutes of everything
    #[arg(long)]
    pub full: bool,
    /// Only this case; repeat for more
    #[arg(long = "case", value_name = "NAME")]
    pub cases: Vec<String>,
    /// List the cases and end
    #[arg(long)]
    pub list: bool,
    /// How often the service is measured between two measurements of its limit
    #[arg(long)]
    pub rounds: Option<usize>,
    /// Seconds of each measurement
    #[arg(long)]
    pub seconds: Option<u64>,
    /// Articles in the database
    #[arg(long)]
    pub articles: Option<u64>,
    /// Articles in the database of the cases that need many
    #[arg(long)]
    pub stories: Option<u64>,
    /// Articles that are imported
    #[arg(long)]
    pub imported: Option<u64>,
    /// Tags in the vocabulary of the cases that need many
    #[arg(long)]
    pub tags: Option<usize>,
    /// Short links in the database, for the cases that need many
    #[arg(long)]
    pub links: Option<u64>,
    /// Visits in the larger of two databases
    #[arg(long)]
    pub visits: Option<u64>,
    /// Redirects over which memory is watched
    #[arg(long)]
    pub redirects: Option<u64>,
    /// Seconds of everything in turn over which memory is watched
    #[arg(long)]
    pub soak_seconds: Option<u64>,
    /// Another shortener that is running already, by one of its links; repeat for more
    #[arg(long = "peer", value_name = "NAME=URL")]
    pub peers: Vec<String>,
    /// Folder for the results
    #[arg(long, value_name = "FOLDER", default_value = "bench/results")]
    pub out: PathBuf,
}

/// How much is done.
#[derive(Clone, Debug)]
pub struct Scale {
    /// Measurements of the service, each between two of its limit.
    pub rounds: usize,
    /// Seconds of each.
    pub seconds: u64,
    /// Articles in the database.
    pub articles: u64,
    /// Articles where many are needed.
    pub stories: u64,
    /// Articles that are imported.
    pub imported: u64,
    /// Tags where many are needed.
    pub tags: usize,
    /// Texts that are typed to find tags.
    pub queries: usize,
    /// Short links where many are needed.
    pub links: u64,
    /// Visits in the larger database.
    pub visits: u64,
    /// Redirects over which memory is watched.
    pub redirects: u64,
    /// Seconds of everything in turn over which memory is watched.
    pub soak_seconds: u64,
}

impl Arguments {
    /// The scale that was asked for.
    pub fn scale(&self) -> Scale {
        let (rounds, seconds, links, visits, redirects, soak) = if self.quick {
            (1, 2, 100_000, 500_000, 200_000, 20)
        } else if self.full {
            (5, 10, 1_000_000, 50_000_000, 10_000_000, 600)
        } else {
            (3, 5, 1_000_000, 5_000_000, 2_000_000, 60)
        };
        let (stories, tags, queries, imported) = if self.quick {
            (20_000, 10_000, 330, 10_000)
        } else {
            (1_000_000, 100_000, 2_200, 100_000)
        };
        Scale {
            rounds: self.rounds.unwrap_or(rounds).max(1),
            seconds: self.seconds.unwrap_or(seconds).max(1),
            articles: self.articles.unwrap_or(10_000).max(1_000),
            stories: self.stories.unwrap_or(stories).max(20_000),
            imported: self.imported.unwrap_or(imported).max(1_000),
            tags: self.tags.unwrap_or(tags).max(1_000),
            queries,
            links: self.links.unwrap_or(links),
            visits: self.visits.unwrap_or(visits),
            redirects: self.redirects.unwrap_or(redirects),
            soak_seconds: self.soak_seconds.unwrap_or(soak),
        }
    }
}
