use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::{Change, Link, create, delete, restore, update};
use crate::{
    base::{
        error::{AppError, AppResult, Code as Fault},
        etag::Precondition,
    },
    changes::Writer,
    codes::{Code, Minter, NewLink},
};

/// A link that is there, and what a write expects of it.
#[derive(Debug)]
pub struct Named {
    /// The short domain.
    pub domain: String,
    /// The code.
    pub code: Code,
    /// What is expected of its version.
    pub condition: Precondition,
}

/// What a link becomes, out of what it is.
pub type ChangeOf<'a> = Box<dyn FnOnce(&Link) -> AppResult<Change> + Send + 'a>;

/// One write of a batch.
pub enum Operation<'a> {
    /// Makes a link.
    Create(Box<NewLink>, Option<Code>),
    /// Changes one.
    Update(Named, ChangeOf<'a>),
    /// Makes one gone.
    Delete(Named),
    /// Makes one active again.
    Restore(Named),
}

/// What an operation left.
#[derive(Debug)]
pub enum Done {
    /// A new link.
    Created(Link),
    /// A link that was there.
    Written(Link),
    /// A link that is gone.
    Deleted,
}

/// Makes the operations in their order, each in a transaction of its own, or all in one.
pub async fn apply_batch(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    minter: &Minter,
    (operations, is_atomic): (Vec<AppResult<Operation<'_>>>, bool),
) -> AppResult<Vec<AppResult<Done>>> {
    if is_atomic {
        let done = apply_all(conn, writer, minter, operations).await?;
        return Ok(done.into_iter().map(Ok).collect());
    }
    Ok(apply_each(conn, writer, minter, (operations, false)).await)
}

/// Makes the operations in their order, each in a transaction of its own or, in an atomic batch, a
/// savepoint.
async fn apply_each(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    minter: &Minter,
    (operations, is_atomic): (Vec<AppResult<Operation<'_>>>, bool),
) -> Vec<AppResult<Done>> {
    let mut all = Vec::with_capacity(operations.len());
    let mut is_lost = false;
    for (index, operation) in operations.into_iter().enumerate() {
        let done = match operation {
            // The connection does not come back, and each further attempt would only fill the log.
            _ if is_lost => Err(AppError::new(
                Fault::DatabaseUnavailable,
                "The database was lost before this operation.",
            )),
            Ok(operation) => apply(conn, writer, minter, operation).await,
            Err(fault) => Err(fault),
        };
        let code = done.as_ref().err().map(AppError::code);
        is_lost |= match is_atomic {
            // It is lost as a whole: after a deadlock, what it holds is in the way of others.
            true => code.is_some_and(|code| code.status() >= 500),
            false => code == Some(Fault::DatabaseUnavailable),
        };
        // An operation knows only its own inside.
        let place = format!("/operations/{index}");
        all.push(done.map_err(|fault| fault.moved("", &place)));
    }
    all
}

/// Makes all operations in one transaction, or none: then the failure names every fault.
async fn apply_all(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    minter: &Minter,
    operations: Vec<AppResult<Operation<'_>>>,
) -> AppResult<Vec<Done>> {
    conn.transaction(async |conn| {
        // Each operation's own transaction is a savepoint here, so that one that fails does not
        // keep the others from being tried.
        let all = apply_each(conn, writer, minter, (operations, true)).await;
        if all.iter().all(Result::is_ok) {
            return all.into_iter().collect();
        }
        Err(refusal(all))
    })
    .await
}

fn refusal(all: Vec<AppResult<Done>>) -> AppError {
    let mut faults = Vec::new();
    for (index, done) in all.into_iter().enumerate() {
        match done {
            // Not the batch's fault.
            Err(fault) if fault.code().status() >= 500 => return fault,
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
    let refused = AppError::new(Fault::BatchRefused, detail);
    faults
        .into_iter()
        .fold(refused, |refused, (pointer, detail)| {
            refused.at(pointer, detail)
        })
}

async fn apply(
    conn: &mut AsyncPgConnection,
    writer: &Writer,
    minter: &Minter,
    operation: Operation<'_>,
) -> AppResult<Done> {
    match operation {
        Operation::Create(new, code) => {
            let link = create(conn, writer, minter, (&new, code.as_ref())).await?;
            Ok(Done::Created(link))
        }
        Operation::Update(named, change) => {
            let name = (named.domain.as_str(), named.code.as_str());
            let link = update(conn, writer, name, &named.condition, change).await?;
            Ok(Done::Written(link))
        }
        Operation::Delete(named) => {
            let name = (named.domain.as_str(), named.code.as_str());
            delete(conn, writer, name, &named.condition).await?;
            Ok(Done::Deleted)
        }
        Operation::Restore(named) => {
            let name = (named.domain.as_str(), named.code.as_str());
            let link = restore(conn, writer, name, &named.condition).await?;
            Ok(Done::Written(link))
        }
    }
}
