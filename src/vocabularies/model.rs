//! Tags as an import finds and leaves them, and as an export reads them.

mod batch;
mod hierarchy;
mod names;
mod owners;
mod pages;

use diesel::QueryResult;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub use batch::{Outcome, write};
pub use hierarchy::{Place, link};
pub use names::shared_names;
pub use owners::{Owner, owners};
pub use pages::{languages, page};

/// Tells the planner how much the tables of tags hold now.
pub async fn survey(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    let tables = "analyze tags, tag_keys, tag_labels, tag_external_ids, tag_broader, tag_ancestors";
    diesel::sql_query(tables).execute(conn).await?;
    Ok(())
}
