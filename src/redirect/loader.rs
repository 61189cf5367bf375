//! Look-ups of one worker: codes that are asked for while Postgres is at work are the next statement.
//!
//! Under a load of codes that are not in memory, one statement for many of them costs Postgres and
//! the service a fraction of as many statements; a code that is asked for alone waits for nobody.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use actix_web::rt;
use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};

use super::{entry::Entry, model};
use crate::{
    base::{
        basis::Moment,
        context::Context,
        db::Connection,
        error::{AppError, AppResult},
    },
    visits::Recorder,
};

/// Most codes of one statement.
const MAX_CODES: usize = 64;

/// Statements under way at a time: while one is answered, Postgres works on the other.
const MAX_STATEMENTS: usize = 2;

/// Pause between two attempts to connect to a database that is there.
pub const RETRY: Duration = Duration::from_millis(50);

/// The look-ups of a worker; clones share them.
#[derive(Clone)]
pub struct Loader(Rc<Shared>);

struct Shared {
    context: Context,
    recorder: Recorder,
    waiting: RefCell<Vec<Waiting>>,
    statements: Cell<usize>,
}

/// A code that somebody waits for.
struct Waiting {
    domain: String,
    code: String,
    tell: oneshot::Sender<Option<Entry>>,
}

impl Loader {
    /// A worker's own, whose links are counted by `recorder`.
    pub fn new(context: Context, recorder: Recorder) -> Self {
        Self(Rc::new(Shared {
            context,
            recorder,
            waiting: RefCell::default(),
            statements: Cell::new(0),
        }))
    }

    /// What the database knows of a code.
    pub async fn look_up(&self, domain: &str, code: &str) -> AppResult<Entry> {
        let (tell, told) = oneshot::channel();
        self.0.waiting.borrow_mut().push(Waiting {
            domain: domain.to_owned(),
            code: code.to_owned(),
            tell,
        });
        if self.0.statements.get() < MAX_STATEMENTS {
            self.0.statements.set(self.0.statements.get() + 1);
            rt::spawn(self.clone().work());
        }
        let told = told.await.ok().flatten();
        told.ok_or_else(|| AppError::unavailable(&"the look-up of a short link failed"))
    }

    /// Looks up what waits, until nothing does.
    async fn work(self) {
        loop {
            let batch = self.take();
            let Some(first) = batch.first() else {
                break;
            };
            let codes: Vec<&str> = batch.iter().map(|it| &*it.code).collect();
            let since = self.0.context.coherence.moment();
            let found = self.ask((&first.domain, &codes), since).await;
            let mut found = found.inspect_err(|fault| {
                log::warn!("event=look_up_failed cause={:?}", fault.to_string());
            });
            for Waiting { domain, code, tell } in batch {
                let entry = found.as_mut().ok();
                let entry = entry.map(|all| {
                    let absent = || Entry::absent(since, &domain, &code);
                    all.remove(&code).unwrap_or_else(absent)
                });
                // Who waits no longer needs no answer.
                let _ = tell.send(entry);
            }
        }
        self.0.statements.set(self.0.statements.get() - 1);
    }

    /// Takes codes of one domain, none of them twice.
    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.0.waiting.borrow_mut();
        let mut taken: Vec<Waiting> = Vec::new();
        for it in std::mem::take(&mut *waiting) {
            let is_known = |other: &Waiting| other.domain != it.domain || other.code == it.code;
            if it.tell.is_closed() {
                continue;
            }
            match taken.len() < MAX_CODES && !taken.iter().any(is_known) {
                true => taken.push(it),
                false => waiting.push(it),
            }
        }
        taken
    }

    async fn ask(&self, named: (&str, &[&str]), since: Moment) -> AppResult<model::Found> {
        let Shared {
            context, recorder, ..
        } = &*self.0;
        let asking = async {
            let connection = self.connect().await?;
            let now = context.clock.now();
            Ok(model::look_up(&connection, recorder, named, (since, now)).await?)
        };
        match timeout(context.config.lookup_timeout, asking).await {
            Ok(found) => found,
            Err(_) => Err(AppError::busy(&"short links were not found in time")),
        }
    }

    /// While notices arrive the database is there: who could not connect just before, and rests, tries
    /// again within the deadline.
    async fn connect(&self) -> AppResult<Arc<Connection>> {
        loop {
            match self.0.context.db.read().await {
                Err(_) if self.0.context.coherence.is_listening() => sleep(RETRY).await,
                connected => return connected,
            }
        }
    }
}
