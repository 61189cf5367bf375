//! Brings visits into the database.

use std::{collections::HashSet, time::Duration};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::{
    batch::Batch,
    model::{self, Month},
    recorder::Recorder,
};
use crate::base::{
    context::Context,
    error::{AppError, AppResult},
};

/// For how long it is remembered how far an instance had come.
const MEMORY: TimeDelta = TimeDelta::days(7);

/// After its work the flusher rests this many times as long as that took, and so does who adds up the
/// journal: under a flood visits take two hundredths of the database, and the rest is for everybody
/// else. What finds no place in the queue meanwhile is counted, but not kept singly.
const REST: u32 = 100;

/// Longest rest between two flushes, in intervals: so much later than otherwise are visits written under
/// a flood, and so many more of them does a process lose that is killed.
const FLUSH_RESTS: u32 = 2;

/// Longest rest between two looks into the journal, in intervals: so much do statistics lag at most.
const ROLL_UP_RESTS: u32 = 60;

/// How long the last drain waits between two attempts.
const RETRY: Duration = Duration::from_millis(200);

/// The one who writes the visits of this instance. There is one; the drain at the end goes on with it.
pub struct Flusher {
    context: Context,
    recorder: Recorder,
    instance: Uuid,
    /// Months whose partitions are there, as far as is known.
    months: HashSet<Month>,
    /// The day on which partitions were last looked after.
    tended: Option<NaiveDate>,
}

impl Flusher {
    /// A flusher under a name that no other has or had.
    pub fn new(context: Context, recorder: Recorder) -> Self {
        Self {
            context,
            recorder,
            instance: Uuid::now_v7(),
            months: HashSet::new(),
            tended: None,
        }
    }

    /// Writes what was counted, again and again, until the future is dropped.
    pub async fn flush_forever(&mut self) {
        let interval = self.context.config.visit_flush;
        loop {
            tokio::select! {
                () = sleep(interval) => {}
                () = self.recorder.many() => {}
            }
            let begun = Instant::now();
            let pause = match self.flush().await {
                Ok(()) => (begun.elapsed() * REST).min(interval * FLUSH_RESTS),
                Err(_) => interval,
            };
            // Not at once again, however many visits wait.
            sleep(pause).await;
        }
    }

    /// Writes all that is left, trying again until the time is over.
    pub async fn drain(&mut self, patience: Duration) {
        let deadline = Instant::now() + patience;
        loop {
            let account = self.recorder.account(self.context.clock.now());
            if account.pending == 0 && account.details_pending == 0 {
                return;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                log::error!(
                    "event=visits_lost visits={} details={}",
                    account.pending,
                    account.details_pending
                );
                return;
            }
            if !matches!(timeout(left, self.flush()).await, Ok(Ok(()))) {
                sleep(RETRY.min(left)).await;
            }
        }
    }

    /// Writes one batch, and more while counts wait that it had no room for.
    async fn flush(&mut self) -> AppResult<()> {
        let now = self.context.clock.now();
        self.recorder.collect(now);
        if self.tended != Some(now.date_naive())
            && let Err(fault) = self.tend(now).await
        {
            log::warn!(
                "event=visit_partitions_failed cause={:?}",
                fault.to_string()
            );
        }
        while let Some(batch) = self.recorder.next_batch(self.context.clock.now()) {
            if let Err(fault) = self.write(&batch).await {
                self.recorder.fail();
                // Another instance may have dropped what was there.
                self.months.clear();
                log::warn!(
                    "event=visit_flush_failed sequence={} visits={} cause={:?}",
                    batch.sequence,
                    batch.visits(),
                    fault.to_string()
                );
                return Err(fault);
            }
            self.recorder.confirm(&batch);
            if !self.recorder.has_more() {
                break;
            }
        }
        Ok(())
    }

    /// Writes a batch. An attempt that takes too long is given up: whether it was committed shows
    /// when the same batch is tried again.
    async fn write(&mut self, batch: &Batch) -> AppResult<()> {
        let patience = self.context.config.statement_timeout * 2;
        let attempt = async {
            let mut connection = self.context.db.pool().await?;
            let months = batch.details.iter().map(|detail| Month::of(detail.at));
            let missing: HashSet<Month> = months.filter(|it| !self.months.contains(it)).collect();
            if !missing.is_empty() {
                let months: Vec<Month> = missing.into_iter().collect();
                model::ensure(&mut connection, &months).await?;
                self.months.extend(months);
            }
            let now = self.context.clock.now();
            model::persist(&mut connection, self.instance, batch, now).await?;
            Ok(())
        };
        timeout(patience, attempt)
            .await
            .unwrap_or_else(|_| Err(AppError::busy(&"a flush of visits took too long")))
    }

    /// Makes the partitions of this month and the next two, and drops those that are too old.
    async fn tend(&mut self, now: DateTime<Utc>) -> AppResult<()> {
        let mut connection = self.context.db.pool().await?;
        let this = Month::of(now);
        let ahead = [this, this.next(), this.next().next()];
        model::ensure(&mut connection, &ahead).await?;
        let days = TimeDelta::days(i64::from(self.context.config.visit_detail_days));
        let dropped = model::drop_before(&mut connection, now - days).await?;
        if dropped > 0 {
            log::info!("event=visit_partitions_dropped partitions={dropped}");
        }
        model::forget_instances(&mut connection, now - MEMORY).await?;
        self.months = ahead.into();
        self.tended = Some(now.date_naive());
        Ok(())
    }
}

/// Adds the journal to the counts, again and again, until the future is dropped. Any instance does it
/// for all.
pub async fn roll_up_forever(context: Context) {
    let interval = context.config.visit_flush;
    loop {
        sleep(interval).await;
        let begun = Instant::now();
        let pause = match roll_up(&context).await {
            Ok(0) => Duration::ZERO,
            Ok(_) => (begun.elapsed() * REST).min(interval * ROLL_UP_RESTS),
            Err(fault) => {
                log::warn!("event=visit_roll_up_failed cause={:?}", fault.to_string());
                Duration::ZERO
            }
        };
        sleep(pause).await;
    }
}

async fn roll_up(context: &Context) -> AppResult<i64> {
    let mut connection = context.db.pool().await?;
    Ok(model::roll_up(&mut connection).await?)
}
