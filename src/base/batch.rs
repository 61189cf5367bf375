//! Many writes in one request, each made by the very code that makes a single one.

use std::future::Future;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use utoipa::IntoParams;

use super::{
    db::Connection,
    error::{AppError, AppResult, Code, Faults},
    extract,
    members::Members,
};

/// How a batch is made.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BatchMode {
    /// `true` makes all operations or none.
    #[serde(default)]
    #[param(default = false)]
    pub atomic: bool,
}

/// One write of a batch.
pub trait Operation: Send {
    /// What it writes.
    type Resource: Send;

    /// Makes it, in a transaction of its own; within another transaction, that is a savepoint.
    fn apply(
        self,
        conn: &mut Connection,
    ) -> impl Future<Output = AppResult<Done<Self::Resource>>> + Send;
}

/// What an operation left of the resource that it wrote.
#[derive(Debug)]
pub enum Done<T> {
    /// A new one.
    Created(T),
    /// One that was there.
    Written(T),
    /// One that is there no more.
    Deleted,
}

impl<T> Done<T> {
    /// The status that the single endpoint answers, with the resource if it is there.
    fn answer(self) -> (u16, Option<T>) {
        match self {
            Self::Created(made) => (201, Some(made)),
            Self::Written(written) => (200, Some(written)),
            Self::Deleted => (204, None),
        }
    }
}

/// What is answered of an operation: the status that the single endpoint would have answered, the
/// resource if it was made or changed, and the problem if it was refused.
pub fn outcome<T>(done: AppResult<Done<T>>) -> (u16, Option<T>, Option<Map<String, Value>>) {
    match done.map(Done::answer) {
        Ok((status, resource)) => (status, resource, None),
        Err(fault) => (fault.code().status(), None, Some(fault.problem())),
    }
}

/// Reads each operation by itself; there are at most so many of them.
pub fn read_each<O>(
    operations: Vec<Members>,
    most: usize,
    read: impl Fn(Map<String, Value>) -> AppResult<O>,
) -> AppResult<Vec<AppResult<O>>> {
    let mut faults = Faults::default();
    let count = operations.len();
    if count > most {
        let detail = format!("has {count} operations; at most {most} are allowed");
        faults.add("/operations", detail);
    }
    faults.check()?;
    let operations = operations.into_iter();
    Ok(operations.map(|Members(members)| read(members)).collect())
}

/// Reads these members of an operation, and takes them away.
pub fn take<T: DeserializeOwned>(members: &mut Map<String, Value>, names: &[&str]) -> AppResult<T> {
    let taken = names
        .iter()
        .filter_map(|name| members.shift_remove_entry(*name));
    extract::from_members(taken.collect())
}

/// Makes the operations in their order, each in a transaction of its own, or all in one.
///
/// Within another transaction, what the database fails to do fails the whole: the answer is kept with what was
/// written, and would tell whoever asks again of a failure that is long over.
pub async fn apply<O: Operation>(
    conn: &mut Connection,
    operations: Vec<AppResult<O>>,
    is_atomic: bool,
) -> AppResult<Vec<AppResult<Done<O::Resource>>>> {
    if is_atomic {
        let done = apply_all(conn, operations).await?;
        return Ok(done.into_iter().map(Ok).collect());
    }
    let is_whole = conn.is_in_transaction();
    let all = apply_each(conn, operations, is_whole).await;
    let fails = |done: &AppResult<_>| done.as_ref().err().is_some_and(is_failure);
    match is_whole && all.iter().any(fails) {
        true => Err(refusal(all)),
        false => Ok(all),
    }
}

/// Whether it is not the operation's fault.
fn is_failure(fault: &AppError) -> bool {
    fault.code().status() >= 500
}

/// Makes the operations in their order, each in a transaction of its own or, as parts of a whole, a savepoint.
async fn apply_each<O: Operation>(
    conn: &mut Connection,
    operations: Vec<AppResult<O>>,
    is_whole: bool,
) -> Vec<AppResult<Done<O::Resource>>> {
    let mut all = Vec::with_capacity(operations.len());
    let mut is_lost = false;
    for (index, operation) in operations.into_iter().enumerate() {
        let done = match operation {
            // The connection does not come back, and each further attempt would only fill the log.
            _ if is_lost => Err(AppError::new(
                Code::DatabaseUnavailable,
                "The database was lost before this operation.",
            )),
            Ok(operation) => operation.apply(conn).await,
            Err(fault) => Err(fault),
        };
        is_lost |= done.as_ref().err().is_some_and(|fault| match is_whole {
            // It is lost as a whole: after a deadlock, what it holds is in the way of others.
            true => is_failure(fault),
            false => fault.code() == Code::DatabaseUnavailable,
        });
        // An operation knows only its own inside.
        let place = format!("/operations/{index}");
        all.push(done.map_err(|fault| fault.moved("", &place)));
    }
    all
}

/// Makes all operations in one transaction, or none: then the failure names every fault.
async fn apply_all<O: Operation>(
    conn: &mut Connection,
    operations: Vec<AppResult<O>>,
) -> AppResult<Vec<Done<O::Resource>>> {
    conn.begin().await?;
    // Each operation's own transaction is a savepoint here, so that one that fails does not keep the
    // others from being tried.
    let all = apply_each(conn, operations, true).await;
    if all.iter().all(Result::is_ok) {
        conn.commit().await?;
        return all.into_iter().collect();
    }
    conn.take_back().await?;
    Err(refusal(all))
}

fn refusal<D>(all: Vec<AppResult<D>>) -> AppError {
    let mut faults = Vec::new();
    for (index, done) in all.into_iter().enumerate() {
        match done {
            // Not the batch's fault.
            Err(fault) if is_failure(&fault) => return fault,
            Err(fault) if fault.faults().is_empty() => {
                faults.push((format!("/operations/{index}"), fault.detail().to_owned()));
            }
            Err(fault) => faults.extend(fault.faults().iter().map(|one| {
                let pointer = one.pointer.clone().unwrap_or_default();
                (pointer, one.detail.clone())
            })),
            Ok(_) => {}
        }
    }
    let detail = "Nothing was written: every fault is named in errors.";
    let refused = AppError::new(Code::BatchRefused, detail);
    faults
        .into_iter()
        .fold(refused, |refused, (pointer, detail)| {
            refused.at(pointer, detail)
        })
}
