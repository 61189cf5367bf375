//! Which tags somebody may mean who has typed the beginning of a name.

use diesel::{
    QueryResult,
    prelude::*,
    sql_types::{Array, BigInt, Integer, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::matches::{Best, Match, Rank, Row};
use crate::{
    base::{language::Preferred, statement::Statement, text},
    schema::tag_beginnings,
    tags::{filter::Typed, kind::TagKind, label::Role},
};

/// What stands between the words of a name; the same as in the function `words` of the database.
const SEPARATORS: &str = "-‐–—/\\|.,:;!?،؛؟۔()[]{}\"'‘’“”«»…·";

/// Those that part no words for who leaves them out: U.N. is UN, and d'Ivoire is divoire.
const CLOSED: &str = "'.";

/// Longest beginning that has an index in the order of use, in letters.
const MAX_SHORT: usize = 3;

/// A tag is found by several of its names: so many times more of them are read than tags wanted.
const NAMES_OF_A_TAG: i64 = 4;

/// Names that are just what was typed, where they match.
const WHOLE: i32 = 0;

/// Names that end in it, where they match.
const LATER: i32 = 2;

/// The tags that have this name, a name that begins so, or one with a later word that does; and if
/// these are too few, the same for what may have been meant.
pub async fn autocomplete(
    conn: &mut AsyncPgConnection,
    typed: &Typed,
    preferred: &Preferred,
) -> QueryResult<Vec<Match>> {
    let folded = text::fold(&typed.text);
    let [beginning, parted] = [CLOSED, ""].map(|closed| words(&folded, closed).join(" "));
    let wanted = usize::try_from(typed.limit).unwrap_or(usize::MAX);
    let kinds = words_of(typed.kind);
    let most = typed.limit.saturating_mul(NAMES_OF_A_TAG);
    let mut found = Best::new(preferred);
    let is_short = |beginning: &String| beginning.chars().count() <= MAX_SHORT;
    if is_short(&beginning) {
        found.add(ending_in(conn, &beginning, &kinds, most).await?);
        found.add(short(conn, &beginning, &kinds, most).await?);
    }
    let mut just_so = vec![beginning.clone(), parted];
    just_so.dedup();
    just_so.retain(|beginning| !is_short(beginning));
    if !just_so.is_empty() {
        let just_so = just_so.into_iter().map(|beginning| (beginning, 0));
        found.add(long(conn, just_so.collect(), &kinds, most).await?);
    }
    if found.len() < wanted {
        let respelt = respell(conn, &beginning).await?;
        found.add(long(conn, respelt, &kinds, most).await?);
    }
    let mut matches = found.present(conn).await?;
    matches.truncate(wanted);
    Ok(matches)
}

fn words_of(kind: Option<TagKind>) -> Vec<&'static str> {
    match kind {
        Some(kind) => vec![kind.as_str()],
        None => TagKind::ALL.iter().map(|kind| kind.as_str()).collect(),
    }
}

/// The words of a folded text; all of it, if it has none. What is `closed` is left out and parts no words.
fn words(folded: &str, closed: &str) -> Vec<String> {
    let parts = folded.split(|c| c == ' ' || (SEPARATORS.contains(c) && !closed.contains(c)));
    let parts = parts.map(|part| part.replace(|c| closed.contains(c), ""));
    let words: Vec<String> = parts.filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        vec![folded.to_owned()]
    } else {
        words
    }
}

/// A tag's number, where the name matches (0 best), by how many letters what was typed is off, and the
/// language, role and text of the name.
type RawRow = (i32, i32, i32, String, Role, String);
type RowTypes = (Integer, Integer, Integer, Text, Text, Text);

fn ranked(row: RawRow) -> Row {
    let (id, place, slips, language, role, name) = row;
    let rank = Rank {
        is_respelt: slips > 0,
        place,
        slips,
    };
    (id, rank, language, role, name)
}

/// Names that are just this, or end in it.
async fn ending_in(
    conn: &mut AsyncPgConnection,
    name: &str,
    kinds: &[&'static str],
    most: i64,
) -> QueryResult<Vec<Row>> {
    use tag_beginnings as b;
    let called = b::table
        .filter(b::beginning.eq(name).and(b::kind.eq_any(kinds)))
        .order((b::is_later, b::use_rank.desc()))
        .limit(most)
        .select((b::tag_id, b::is_later, b::language, b::role, b::name));
    let rows: Vec<(i32, bool, String, Role, String)> = called.load(conn).await?;
    let rows = rows
        .into_iter()
        .map(|(id, is_later, language, role, name)| {
            let place = if is_later { LATER } else { WHOLE };
            ranked((id, place, 0, language, role, name))
        });
    Ok(rows.collect())
}

/// Names that begin so, or have a word that does, out of an index in the order of use: there are many.
async fn short(
    conn: &mut AsyncPgConnection,
    beginning: &str,
    kinds: &[&'static str],
    most: i64,
) -> QueryResult<Vec<Row>> {
    let head = match beginning.chars().count() {
        1 => " left(beginning, 1)",
        2 => " left(beginning, 2)",
        _ => " left(beginning, 3)",
    };
    let mut statement: Statement<RowTypes> =
        Statement::new("with asked (beginning, kinds, most) as (select ");
    statement.value::<Text, _>(beginning.to_owned()).text(", ");
    statement.value::<Array<Text>, _>(kinds.to_vec()).text(", ");
    statement.value::<BigInt, _>(most);
    statement.text(include_str!("autocomplete/short.sql"));
    statement.text(head);
    statement.text(include_str!("autocomplete/short_end.sql"));
    let rows: Vec<RawRow> = statement.load(conn).await?;
    Ok(rows.into_iter().map(ranked).collect())
}

/// Names that begin with one of these, or have a word that does; each beginning with by how many letters it
/// is off what was typed.
async fn long(
    conn: &mut AsyncPgConnection,
    beginnings: Vec<(String, i32)>,
    kinds: &[&'static str],
    most: i64,
) -> QueryResult<Vec<Row>> {
    let (texts, slips): (Vec<String>, Vec<i32>) = beginnings.into_iter().unzip();
    let mut statement: Statement<RowTypes> =
        Statement::new("with asked (beginnings, slips, kinds, most) as (select ");
    statement.value::<Array<Text>, _>(texts).text(", ");
    statement.value::<Array<Integer>, _>(slips).text(", ");
    statement.value::<Array<Text>, _>(kinds.to_vec()).text(", ");
    statement.value::<BigInt, _>(most);
    statement.text(include_str!("autocomplete/long.sql"));
    let rows: Vec<RawRow> = statement.load(conn).await?;
    Ok(rows.into_iter().map(ranked).collect())
}

/// What may have been meant: the same with one word replaced by one that there is and that differs by a
/// slip of the pen; and by how many letters.
async fn respell(conn: &mut AsyncPgConnection, beginning: &str) -> QueryResult<Vec<(String, i32)>> {
    let mut statement: Statement<(BigInt, Text, Integer)> =
        Statement::new("with asked (words) as (select ");
    let words: Vec<&str> = beginning.split(' ').collect();
    let owned: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
    statement.value::<Array<Text>, _>(owned);
    statement.text(include_str!("autocomplete/misspelt.sql"));
    let rows: Vec<(i64, String, i32)> = statement.load(conn).await?;
    let meant = rows.iter().filter_map(|(number, meant, slips)| {
        let mut words = words.clone();
        *words.get_mut(usize::try_from(*number).ok()?)? = meant;
        Some((words.join(" "), *slips))
    });
    Ok(meant.collect())
}
