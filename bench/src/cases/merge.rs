use std::{net::SocketAddr, thread::sleep, time::Duration};

use serde_json::json;

use crate::{
    Result,
    bench::{Bench, STORIES},
    callers,
    finding::{Finding, Unit},
    http::{Answer, Client},
    random::Random,
    service::DOMAIN,
    statistics::Spread,
    traffic::{self, Asked, Caller, Role, Span},
};

/// What it shows.
pub const ABOUT: &str = "two tags of many articles merged, and the merge undone, beside readers and writers";

const TARGET: &str = "topic:merge-target";
const SOURCE: &str = "topic:merge-source";
/// Whose articles are listed: the two, another one, and one with all below it.
const LISTED: [&str; 4] = [
    TARGET,
    SOURCE,
    "topic:general-1",
    "topic:popular-1&tag_descendants=true",
];
const SCOPES: [&str; 2] = ["articles:write", "tags:write"];

/// Writers: more than the service has connections.
const WRITERS: u64 = 16;
/// Readers of each sort.
const READERS: u64 = 2;
/// Between an answer and the next request of the same caller, so that nobody waits for the processor.
const PAUSE: Duration = Duration::from_millis(50);
/// Articles that are read and written.
const ARTICLES: u64 = 2_000;
/// How long callers are watched without a merge.
const CALM: Duration = Duration::from_secs(3);
/// Until those who waited have had their answers.
const REST: Duration = Duration::from_secs(2);

/// Something that was done to many articles at once.
struct Deed {
    asked: Asked,
    answer: Answer,
}

impl Deed {
    fn is_done(&self) -> bool {
        (200..300).contains(&self.answer.status)
    }
}

/// What happened in one round.
struct Round {
    /// What callers asked, and the merge and its undoing themselves.
    asked: Vec<Asked>,
    calm: Span,
    merge: Deed,
    /// None if there was nothing to undo.
    undo: Option<Deed>,
}

/// Measures.
pub fn run(bench: &Bench) -> Result<Vec<Finding>> {
    bench.ensure_stories()?;
    let service = bench.service(STORIES, &[])?;
    let key = bench.authorization(STORIES, &SCOPES)?;
    let articles = articles(bench)?;
    let (caller, mut rounds) = ((service.api, key.as_str()), Vec::new());
    for round in 0..bench.scale.rounds {
        let callers = callers(&articles, u64::try_from(round)?);
        let work = || merge_and_undo(caller);
        let (mut done, asked) = traffic::beside(caller, (callers, PAUSE), work)?;
        done.asked.extend(asked);
        let is_as_before = done.restore(caller)?;
        rounds.push(done);
        if !is_as_before {
            // The next merge would find nothing to do.
            break;
        }
    }
    let mut findings = describe(
        &rounds,
        ["merge", "writer", "reader", "refused"],
        |round| Some(&round.merge),
    );
    findings.extend(describe(
        &rounds,
        ["undo", "undo_writer", "undo_reader", "undo_refused"],
        |round| round.undo.as_ref(),
    ));
    Ok(findings)
}

/// Some articles from all times, of which a fifth carries one of the two tags.
fn articles(bench: &Bench) -> Result<Vec<String>> {
    let sql = format!(
        "select id from articles tablesample bernoulli (least(100, {ARTICLES} * 100.0 / {})) repeatable (1);",
        bench.scale.stories
    );
    let ids = bench.postgres.sql(STORIES, &sql)?;
    Ok(ids.lines().map(str::to_owned).collect())
}

fn merge_and_undo(caller: (SocketAddr, &str)) -> Result<Round> {
    sleep(REST);
    let ((), calm) = Span::of(|| sleep(CALM));
    sleep(REST);
    let body = json!({"sources": [SOURCE]}).to_string();
    let merge = post(caller, &format!("/v1/tags/{TARGET}/merge"), &body)?;
    sleep(REST);
    let undo = match merge.is_done() {
        true => Some(post(caller, &undo_path(&merge)?, "")?),
        false => None,
    };
    sleep(REST);
    let asked = [&merge].into_iter().chain(&undo).map(|deed| deed.asked);
    Ok(Round {
        asked: asked.collect(),
        calm,
        merge,
        undo,
    })
}

fn undo_path(merge: &Deed) -> Result<String> {
    let merge = merge.answer.json()?;
    let id = merge["id"].as_str().ok_or("a merge has no id")?;
    Ok(format!("/v1/tag-merges/{id}/undo"))
}

/// Over a connection of its own: one that rests for seconds is closed by the service.
fn post((address, key): (SocketAddr, &str), path: &str, body: &str) -> Result<Deed> {
    let mut client = Client::connect(address, DOMAIN, key)?;
    let (answer, span) = Span::of(|| client.send("POST", path, body));
    let answer = answer?;
    let asked = Asked {
        role: Role::Mover,
        span,
        status: Some(answer.status),
    };
    Ok(Deed { asked, answer })
}

impl Round {
    /// Undoes, now that nobody else asks, what could not be undone before. Whether everything is as it
    /// was before the round.
    fn restore(&self, caller: (SocketAddr, &str)) -> Result<bool> {
        match &self.undo {
            Some(undo) if !undo.is_done() => {
                Ok(post(caller, &undo_path(&self.merge)?, "")?.is_done())
            }
            _ => Ok(true),
        }
    }
}

fn callers(articles: &[String], round: u64) -> Vec<Caller<'_>> {
    let writers = (0..WRITERS).map(|number| (number, Role::Writer));
    let readers = (0..3 * READERS).map(|number| (number, Role::Reader));
    let caller = |(number, role)| {
        let random = Random::new(1_000 * round + 100 * role as u64 + number);
        let ask = match (role, number % 3) {
            (Role::Reader, 0) => callers::list(&LISTED, random),
            (Role::Reader, 1) => callers::read(articles, random),
            (Role::Reader, _) => callers::turn_pages(),
            _ => callers::write(articles, random),
        };
        Caller { role, ask }
    };
    writers.chain(readers).map(caller).collect()
}

/// What happened beside the merge or beside its undoing: how long it took, how long writers and readers
/// waited at most, and how many answers were refusals.
fn describe(
    rounds: &[Round],
    [took, writer, reader, refused]: [&'static str; 4],
    deed: fn(&Round) -> Option<&Deed>,
) -> Vec<Finding> {
    let busy = rounds
        .iter()
        .filter_map(|round| Some(traffic::during(&round.asked, &deed(round)?.asked.span)));
    let busy: Vec<Vec<Asked>> = busy.collect();
    let calm = rounds.iter().map(|round| traffic::during(&round.asked, &round.calm));
    let calm: Vec<Vec<Asked>> = calm.collect();
    let waited = |measure, role| {
        let longest = |asked: &[Vec<Asked>]| {
            Spread::of(asked.iter().map(|asked| traffic::longest(asked, role)))
        };
        let without = longest(&calm).map_or(0.0, |spread| spread.max);
        Finding::new(measure, Unit::Seconds, longest(&busy)).against(format!(
            "the longest wait of the same callers while nothing is merged, {without:.2} s"
        ))
    };
    vec![
        time(took, rounds.iter().filter_map(deed)),
        waited(writer, Role::Writer).note(format!("{WRITERS} writers of single articles")),
        waited(reader, Role::Reader).note(format!("{} readers of lists and articles", 3 * READERS)),
        refusals(refused, &busy, &calm),
    ]
}

/// How long it took, where it was done.
fn time<'a>(measure: &'static str, deeds: impl Iterator<Item = &'a Deed>) -> Finding {
    let done: Vec<&Deed> = deeds.filter(|deed| deed.is_done()).collect();
    let seconds = done.iter().map(|deed| deed.asked.span.seconds());
    let answer = done.last().and_then(|deed| deed.answer.json().ok());
    // An undoing tells of the merge that it undid.
    let counts = answer.as_ref().and_then(|answer| {
        let places = ["/counts", "/merge/counts"];
        places.iter().find_map(|place| answer.pointer(place))
    });
    let note = counts.map_or_else(
        || "it was never done".to_owned(),
        |counts| format!("{} articles, {} of them with both tags", counts["articles"], counts["already_tagged"]),
    );
    Finding::new(measure, Unit::Seconds, Spread::of(seconds))
        .against("nothing: what the caller waits, as it is")
        .note(note)
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn refusals(measure: &'static str, busy: &[Vec<Asked>], calm: &[Vec<Asked>]) -> Finding {
    let count = |asked: &Vec<Asked>| traffic::refused(asked).values().sum::<usize>() as f64;
    let all: usize = busy.iter().map(Vec::len).sum();
    let calm: f64 = calm.iter().map(count).sum();
    let mut finding = Finding::new(measure, Unit::Count, Spread::of(busy.iter().map(count)))
        .against(format!("{calm:.0} while nothing is merged"))
        .note(format!("answers other than 2xx in a round, of {all} in {} rounds", busy.len()));
    for ((role, status), count) in traffic::refused(&busy.concat()) {
        let status = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        finding = finding.note(format!("{role:?}: {count} × {status}").to_lowercase());
    }
    finding
}
