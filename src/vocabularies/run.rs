//! Takes a file in: once over all of it for who gets which identifier, once for the tags, then for
//! what they are part of, which may stand further down in the file, and for the names that they share.

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicBool, Ordering},
};

use super::{
    claims::Claims,
    entry::{Entry, Name},
    model::{self, Outcome, Owner, Place},
    report::{Counts, Problem, Report},
    source::{Entries, Source},
    target::{Firsts, Target, find, wish},
    wish::Manner,
};
use crate::{
    base::{
        db::Connection,
        error::{AppError, AppResult, Code},
    },
    changes::Writer,
    tags::{ExternalId, TagKind, TagRef},
};

/// Tags of a transaction: few enough that one takes a moment, many enough that its commit does not
/// count.
const BATCH: usize = 300;

/// What an import that fails leaves.
const IN_PART: &str = "The database did not finish in time. What was imported until then stays, and the \
    file can be imported again.";

/// How an import is run.
pub struct Import<'a> {
    /// The kind of tags whose kind the file does not say.
    pub kind: TagKind,
    /// The deployment's language.
    pub language: &'a str,
    /// Who imports, and when.
    pub writer: Writer,
    /// Whether everything is taken back.
    pub is_try: bool,
    /// Becomes true when the import is to stop.
    pub stop: &'a AtomicBool,
    /// Is told how far the import is.
    pub tell: &'a dyn Fn(&Counts),
}

/// Imports all that a source says. What is refused is noted and does not stop it. A try is one
/// transaction, which is taken back.
pub async fn run(
    conn: &mut Connection,
    import: &Import<'_>,
    source: &Source,
    report: &mut Report,
) -> AppResult<()> {
    if !import.is_try {
        let done = Run::new(import, report).all(conn, source).await;
        return done.map_err(|error| match error.code() {
            Code::DatabaseBusy => AppError::new(Code::DatabaseBusy, IN_PART),
            _ => error,
        });
    }
    conn.begin().await?;
    let done = Run::new(import, report).all(conn, source).await;
    conn.take_back().await?;
    done
}

/// An import in the middle of it.
struct Run<'a> {
    import: &'a Import<'a>,
    manner: Manner<'a>,
    report: &'a mut Report,
    /// The tags of the entries so far.
    met: Vec<Met>,
    /// Keys of the file that are not those of their tags.
    aliases: HashMap<TagRef, i32>,
    /// Which entry was the first about each tag.
    firsts: Firsts,
    /// How much was written when the tables were surveyed last.
    surveyed: usize,
}

/// A tag of an entry.
struct Met {
    place: String,
    id: i32,
    key: String,
    is_unchanged: bool,
    broader: Option<Vec<TagRef>>,
}

/// An entry with the identifiers that it gets.
struct Gathered {
    entry: Entry,
    ids: Vec<ExternalId>,
    /// What is to be told of it.
    problems: Vec<Problem>,
}

impl<'a> Run<'a> {
    fn new(import: &'a Import<'a>, report: &'a mut Report) -> Self {
        let manner = Manner {
            kind: import.kind,
            language: import.language,
            now: import.writer.at,
        };
        Self {
            import,
            manner,
            report,
            met: Vec::new(),
            aliases: HashMap::new(),
            firsts: Firsts::default(),
            surveyed: 0,
        }
    }

    async fn all(mut self, conn: &mut Connection, source: &Source) -> AppResult<()> {
        self.report.counts.ignored = source.ignored();
        let claims = Claims::weigh(source.entries()?, self.manner.now)?;
        let mut entries = source.entries()?.enumerate();
        let mut next = None;
        loop {
            let batch = self.gather(&mut entries, &claims, &mut next)?;
            if batch.is_empty() && next.is_none() {
                break;
            }
            self.write(conn, &batch).await?;
            self.survey(conn, self.met.len()).await?;
            if self.is_stopped() {
                return Ok(());
            }
        }
        self.link(conn).await?;
        self.tell_shared_names(conn).await
    }

    fn is_stopped(&mut self) -> bool {
        (self.import.tell)(&self.report.counts);
        self.report.is_interrupted = self.import.stop.load(Ordering::Relaxed);
        self.report.is_interrupted
    }

    /// Surveys the tables after the first batch, and whenever twice as much is written: until Postgres
    /// does so by itself, it would go through tables that it takes for empty.
    async fn survey(&mut self, conn: &mut Connection, written: usize) -> AppResult<()> {
        if written >= (2 * self.surveyed).max(BATCH) {
            model::survey(conn).await?;
            self.surveyed = written;
        }
        Ok(())
    }

    /// The entries of the next batch. No two of them can be about one tag; the one that could be waits
    /// for the batch after.
    fn gather(
        &mut self,
        entries: &mut std::iter::Enumerate<Entries<'_>>,
        claims: &Claims,
        next: &mut Option<Gathered>,
    ) -> AppResult<Vec<Gathered>> {
        let (mut batch, mut names) = (Vec::new(), HashSet::new());
        while batch.len() < BATCH {
            let entry = match next.take() {
                Some(entry) => entry,
                None => {
                    let Some((number, entry)) = entries.next() else {
                        break;
                    };
                    let Some(entry) = self.read(entry?, number, claims) else {
                        continue;
                    };
                    entry
                }
            };
            let own = entry.entry.names(&entry.ids, self.manner.kind);
            if own.iter().any(|name| names.contains(name)) {
                *next = Some(entry);
                break;
            }
            names.extend(own);
            batch.push(entry);
        }
        Ok(batch)
    }

    /// An entry with the identifiers that it gets; nothing, if it cannot be read.
    fn read(
        &mut self,
        entry: Result<Entry, Problem>,
        number: usize,
        claims: &Claims,
    ) -> Option<Gathered> {
        self.report.counts.read += 1;
        match entry {
            Ok(mut entry) => {
                let (ids, lost) = claims.split(number, &entry);
                let mut problems = std::mem::take(&mut entry.losses);
                problems.extend(lost);
                Some(Gathered {
                    entry,
                    ids,
                    problems,
                })
            }
            Err(problem) => {
                self.report.refuse(problem);
                None
            }
        }
    }

    async fn write(&mut self, conn: &mut Connection, batch: &[Gathered]) -> AppResult<()> {
        let kind = self.manner.kind;
        let names = batch.iter().flat_map(|it| it.entry.names(&it.ids, kind));
        let owners = model::owners(conn, names.collect()).await?;
        let (mut wishes, mut problems) = (Vec::new(), Vec::new());
        for Gathered {
            entry,
            ids,
            problems: known,
        } in batch
        {
            let target = find(entry, ids, &owners, kind);
            match self.firsts.check(entry, target) {
                Target::Skipped(problem) => self.report.skip(problem),
                Target::Refused(problem) => self.report.refuse(problem),
                Target::Tag(target) => {
                    let (wish, taken) = wish(entry, ids, target, &owners);
                    wishes.push(wish);
                    let again = self.firsts.again(entry, target);
                    problems.push([known.as_slice(), &taken, again.as_slice()].concat());
                }
            }
        }
        let writer = &self.import.writer;
        let outcomes = model::write(conn, writer, &self.manner, &wishes).await?;
        for ((wish, outcome), problems) in wishes.iter().zip(outcomes).zip(problems) {
            self.take(wish.entry, outcome, problems);
        }
        Ok(())
    }

    fn take(&mut self, entry: &Entry, outcome: Outcome, problems: Vec<Problem>) {
        let counts = &mut self.report.counts;
        let (count, id, key, is_unchanged) = match outcome {
            Outcome::Created(id, key) => (&mut counts.created, id, key, false),
            Outcome::Updated(id, key) => (&mut counts.updated, id, key, false),
            Outcome::Unchanged(id, key) => (&mut counts.unchanged, id, key, true),
            Outcome::Refused(error) => {
                return self.report.refuse(Problem::of(&entry.place, &error));
            }
        };
        *count += 1;
        self.firsts.note(entry, id);
        for problem in problems {
            self.report.note(problem.about(key.clone()));
        }
        if let Some(said) = &entry.key
            && said.to_string() != key
        {
            self.aliases.insert(TagRef::Key(said.clone()), id);
        }
        self.met.push(Met {
            place: entry.place.clone(),
            id,
            key,
            is_unchanged,
            broader: entry.broader.clone(),
        });
    }

    /// Makes the tags part of what the file says.
    async fn link(&mut self, conn: &mut Connection) -> AppResult<()> {
        let met = std::mem::take(&mut self.met);
        let said: Vec<&Met> = met.iter().filter(|met| met.broader.is_some()).collect();
        self.surveyed = 0;
        for (number, batch) in said.chunks(BATCH).enumerate() {
            let names = batch
                .iter()
                .filter_map(|met| met.broader.as_ref())
                .flatten();
            let owners = model::owners(conn, names.cloned().map(Name::Ref).collect()).await?;
            let places = batch.iter().map(|met| (*met, self.place(met, &owners)));
            // What can be part of nothing that is said of it stays where it is.
            let is_said = |(met, place): &(&Met, Place)| {
                !place.broader.is_empty() || met.broader.as_ref().is_none_or(Vec::is_empty)
            };
            let (met, places): (Vec<&Met>, Vec<Place>) = places.filter(is_said).unzip();
            let linked = model::link(conn, &self.import.writer, &places).await?;
            for (met, linked) in met.iter().zip(linked) {
                if linked.is_changed && met.is_unchanged {
                    self.report.counts.unchanged -= 1;
                    self.report.counts.updated += 1;
                }
                for key in linked.circles {
                    let detail = format!("{key} is this tag, or part of it.");
                    let problem = Problem::new(&met.place, Code::TagCycle, detail);
                    self.report.note(problem.about(met.key.clone()));
                }
            }
            self.survey(conn, (number + 1) * BATCH).await?;
            if self.is_stopped() {
                break;
            }
        }
        self.met = met;
        Ok(())
    }

    /// What a tag is to be part of. What leads nowhere is left out.
    fn place(&mut self, met: &Met, owners: &HashMap<Name, Owner>) -> Place {
        let mut place = Place {
            tag: met.id,
            broader: Vec::new(),
        };
        for name in met.broader.iter().flatten() {
            let owner = owners.get(&Name::Ref(name.clone()));
            let known = owner
                .filter(|owner| !owner.is_deleted)
                .map(|owner| owner.id);
            match known.or_else(|| self.aliases.get(name).copied()) {
                Some(id) => place.broader.push(id),
                None => {
                    let detail = format!("broader {name} names no tag.");
                    let problem = Problem::new(&met.place, Code::UnknownTag, detail);
                    self.report.note(problem.about(met.key.clone()));
                }
            }
        }
        place
    }

    async fn tell_shared_names(&mut self, conn: &mut Connection) -> AppResult<()> {
        for batch in self.met.chunks(BATCH) {
            let places: HashMap<i32, &str> = batch
                .iter()
                .map(|met| (met.id, met.place.as_str()))
                .collect();
            let ids: Vec<i32> = places.keys().copied().collect();
            for shared in model::shared_names(conn, &ids).await? {
                let place = places.get(&shared.id).copied().unwrap_or_default();
                let detail = format!(
                    "{:?} ({}) is a name of {} too.",
                    shared.name, shared.languages, shared.other
                );
                let problem = Problem::new(place, Code::TagNameTaken, detail);
                self.report.note(problem.about(shared.key));
            }
        }
        Ok(())
    }
}
