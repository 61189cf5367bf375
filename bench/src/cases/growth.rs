use crate::{
    Result,
    articles::{self, GENERAL},
    bench::{Bench, FEW, FEW_STORIES, STORIES},
    finding::{Finding, Unit},
    http::Client,
    newcomers,
    pages,
    passes::{Pass, Turns},
    service::{DOMAIN, Service},
    wrk::{Load, UNCACHED},
};

/// What it shows.
pub const ABOUT: &str = "articles, lists and writes in a database with many articles, beside one with 10,000";

/// So few connections that it is the answer which is measured, not the queue.
const CONNECTIONS: usize = 4;
/// General tags of which an article carries one.
const PART: u32 = 200;
/// Tags that are asked for in turn.
const ASKED: u32 = 20;
/// Articles of a page, and one more by which it is known that there is a next page.
const PAGE: f64 = 21.0;

/// Both services, with few and with many articles.
struct Pair<'a> {
    bench: &'a Bench,
    few: Service,
    many: Service,
}

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    bench.ensure_stories()?;
    bench.ensure_few_stories()?;
    let pair = Pair {
        bench,
        few: bench.service(FEW_STORIES, &[])?,
        many: bench.service(STORIES, &[])?,
    };
    let worst = worst_number(bench.scale.stories);
    let typical = 1..=ASKED / 2;
    let worst = worst.saturating_sub(2).max(1)..=worst + 2;
    Ok(vec![
        pair.article()?,
        pair.lists("page", &(1..=ASKED).map(|n| GENERAL.list(n)).collect::<Vec<_>>())?,
        pair.deep_lists()?,
        pair.lists("two_tags", &typical.map(|n| two_tags(1, n)).collect::<Vec<_>>())?
            .note("of the first tag every sixth article, of the second at least every 80th"),
        pair.lists("two_tags_worst", &worst.clone().map(|n| two_tags(n, n)).collect::<Vec<_>>())?
            .note(format!("tags {worst:?}: so seldom together that both lists are read as far as the page takes")),
        pair.create()?,
    ])
}

impl Pair<'_> {
    fn article(&self) -> Result<Finding> {
        let paths = |step| (1..=FEW).map(move |n| articles::path(n * step));
        let few = self.load(&self.few, "few", paths(1))?;
        let many = self.load(&self.many, "many", paths(self.bench.scale.stories / FEW))?;
        self.read("article", &few, &many)
    }

    fn lists(&self, measure: &'static str, paths: &[String]) -> Result<Finding> {
        let few = self.load(&self.few, "few", paths.iter().cloned())?;
        let many = self.load(&self.many, "many", paths.iter().cloned())?;
        self.read(measure, &few, &many)
    }

    fn deep_lists(&self) -> Result<Finding> {
        let few = self.load(&self.few, "few", middles(&self.few)?.into_iter())?;
        let many = self.load(&self.many, "many", middles(&self.many)?.into_iter())?;
        let finding = self.read("deep_page", &few, &many)?;
        Ok(finding.note("in the middle of each list"))
    }

    fn load(&self, of: &Service, name: &str, paths: impl Iterator<Item = String>) -> Result<Load> {
        Ok(Load {
            headers: UNCACHED.to_owned(),
            connections: CONNECTIONS,
            ..self.bench.readers(of.api, &self.bench.paths(name, paths)?)
        })
    }

    fn read(&self, measure: &'static str, few: &Load, many: &Load) -> Result<Finding> {
        self.compare(
            measure,
            |seconds| {
                let load = Load { seconds, ..few.clone() };
                self.bench.measure(Some(self.few.id()), &load)
            },
            |seconds| {
                let load = Load { seconds, ..many.clone() };
                self.bench.measure(Some(self.many.id()), &load)
            },
        )
    }

    fn create(&self) -> Result<Finding> {
        let few = newcomers::articles(self.bench, &self.few, FEW_STORIES, GENERAL)?;
        let many = newcomers::articles(self.bench, &self.many, STORIES, GENERAL)?;
        self.compare(
            "create",
            |seconds| few.measure(self.bench, Some(self.few.id()), seconds),
            |seconds| many.measure(self.bench, Some(self.many.id()), seconds),
        )
    }

    fn compare(
        &self,
        measure: &'static str,
        few: impl Fn(u64) -> Result<Pass>,
        many: impl Fn(u64) -> Result<Pass>,
    ) -> Result<Finding> {
        let seconds = self.bench.scale.seconds;
        few(seconds)?;
        many(seconds)?;
        let turns = Turns::take(self.bench.scale.rounds, || few(seconds), || many(seconds))?;
        let time = turns.ratio(|pass| Some(1.0 / pass.rate));
        let mut finding = Finding::new(measure, Unit::Ratio, time).against(format!(
            "the time of the same with {FEW} articles in the database instead of {}",
            self.bench.scale.stories
        ));
        finding.notes = turns.warnings();
        finding.turns = Some(turns);
        Ok(finding)
    }
}

/// A tag of the first part, and one of the second, which articles carry independently of it.
fn two_tags(first: u32, second: u32) -> String {
    format!("{}&tag={}", GENERAL.list(first), GENERAL.key(PART + second))
}

/// The pages in the middle of the lists by the tags.
fn middles(service: &Service) -> Result<Vec<String>> {
    let mut client = Client::connect(service.api, DOMAIN, "")?;
    let middle = |number| {
        let half = pages::half_of(&mut client, &GENERAL.key(number))?;
        pages::turn(&mut client, GENERAL.list(number), half)
    };
    (1..=ASKED).map(middle).collect()
}

/// The number of the tags of which a page of two costs most. Of two independent tags that `p` of all articles carry
/// each, a page is full behind 21 / p of the articles of one: popular tags are often together, and rare ones have
/// short lists. The most is read where a list ends just as the page is full: p² of all articles are 21.
fn worst_number(stories: u64) -> u32 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let wanted = (PAGE / stories as f64).sqrt();
    let until = |number: u32| (f64::from(number) / f64::from(PART)).cbrt();
    let distance = |number: &u32| (until(*number) - until(number - 1) - wanted).abs();
    let nearest = (1..=PART).min_by(|one, other| distance(one).total_cmp(&distance(other)));
    nearest.unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_pair_is_rarer_where_there_are_more_articles() {
        assert_eq!((worst_number(10_000), worst_number(1_000_000)), (2, 44));
    }
}
