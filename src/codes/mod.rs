//! Minting short codes: unmistakable in print, and never given out twice.
//!
//! Table: `short_links`, the one key table of all codes, aliases and dead ones. Invariant: a row is
//! never removed and its code never changes, by a trigger of the database. The `links` slice edits
//! the rest of a row; articles mint theirs here, below it.

mod alphabet;
mod code;
mod forward;
mod model;
mod name;
mod nearby;
mod new_link;
mod status;
mod worker;

pub use code::{ALIAS_LENGTHS, Code, CodeKind, LEGACY_LENGTHS, can_exist};
pub use forward::ForwardQuery;
pub use model::{Minter, announce_links_of, articles_of, claim, insert_all};
pub use name::{MAX_DOMAIN, read_name, read_printed};
pub use nearby::{NearCode, one_edit_away};
pub use new_link::{NewLink, Target};
pub use status::LinkStatus;
pub use worker::watch_fill;

use crate::base::notices::Topic;

/// A link of this name, `domain/code`, changed, or was given out under a code that people choose.
pub const LINK: Topic<'static> = Topic("link");

/// Codes of this domain that were unknown may be known now: many were given out at once.
pub const ABSENT: Topic<'static> = Topic("absent");
