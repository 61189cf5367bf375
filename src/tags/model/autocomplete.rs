//! Which tags somebody may mean who has typed the beginning of a name.

use std::{cmp::Reverse, collections::HashMap};

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    prelude::*,
    sql_types::{Array, BigInt, Integer, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Brief, labels};
use crate::{
    base::{language::Preferred, statement::Statement, text},
    schema::{tag_beginnings, tag_usage, tags},
    tags::{
        filter::Typed,
        kind::TagKind,
        label::{Label, Role},
    },
};

/// What stands between the words of a name; the same as in the function `word_starts` of the database.
const SEPARATORS: &str = " -–/.,،&()[]\"'’“”«»";

/// Shortest word that is looked for when it is misspelt, in letters; `tag_words` has none shorter.
const MIN_MISSPELT: usize = 4;

/// Most words of what was typed that may be misspelt; only one of them is at a time.
const MAX_MISSPELT: usize = 5;

/// Longest beginning that has an index in the order of use, in letters.
const MAX_SHORT: usize = 3;

/// How many ranks there are for one spelling: just so, the beginning of a name, that of a later word.
const RANKS: i32 = 3;

/// A tag is found by several of its names: so many times more of them are read than tags wanted.
const NAMES_OF_A_TAG: i64 = 4;

/// Most tags of one name that are looked at.
const MAX_CALLED: i64 = 100;

/// A tag that a name, or the beginning of one, may stand for.
#[derive(Debug)]
pub struct Match {
    /// The tag.
    pub tag: Brief,
    /// From when on no further article is filed under it.
    pub retired_at: Option<DateTime<Utc>>,
    /// Live articles filed under it.
    pub article_count: i64,
    /// The name by which it was found.
    pub label: Label,
}

/// The tags that have this name, a name that begins so, or one with a later word that does; and if
/// these are too few, the same for what may have been meant.
pub async fn autocomplete(
    conn: &mut AsyncPgConnection,
    typed: &Typed,
    preferred: &Preferred,
) -> QueryResult<Vec<Match>> {
    let folded = text::fold(&typed.text);
    let wanted = usize::try_from(typed.limit).unwrap_or(usize::MAX);
    let kinds = words_of(typed.kind);
    let most = typed.limit.saturating_mul(NAMES_OF_A_TAG);
    let mut found = Best::default();
    if folded.chars().count() <= MAX_SHORT {
        found.add(ending_in(conn, &folded, &kinds, most).await?);
        found.add(short(&folded, &kinds, most).load(conn).await?);
    } else {
        let just_so = vec![(folded.clone(), 0)];
        found.add(long(just_so, &kinds, most).load(conn).await?);
    }
    if found.0.len() < wanted {
        let respelt = respell(conn, &folded).await?;
        found.add(long(respelt, &kinds, most).load(conn).await?);
    }
    let mut matches = present(conn, found).await?;
    matches.truncate(wanted);
    let tags = matches.iter_mut().map(|found| &mut found.tag);
    labels::translate(conn, preferred, tags).await?;
    Ok(matches)
}

/// A tag's number, how well it matches (0 best), and the language, role and text of the name.
type Row = (i32, i32, String, Role, String);
type RowTypes = (Integer, Integer, Text, Text, Text);

/// The best match of each tag.
#[derive(Default)]
struct Best(HashMap<i32, (i32, Label)>);

impl Best {
    fn add(&mut self, rows: Vec<Row>) {
        for (id, rank, language, role, name) in rows {
            let label = Label {
                language,
                role,
                name,
            };
            let known = self.0.get(&id);
            if known.is_none_or(|(known, _)| rank < *known) {
                self.0.insert(id, (rank, label));
            }
        }
    }
}

/// The tags that are called just so; those of which it is the preferred name before others.
pub async fn called(
    conn: &mut AsyncPgConnection,
    name: &str,
    kind: Option<TagKind>,
    preferred: &Preferred,
) -> QueryResult<Vec<Match>> {
    let mut rows = ending_in(conn, &text::fold(name), &words_of(kind), MAX_CALLED).await?;
    rows.retain(|row| row.1 == 0);
    let mut found = Best::default();
    found.add(rows);
    let mut matches = present(conn, found).await?;
    matches.sort_by_key(|found| found.label.role);
    let tags = matches.iter_mut().map(|found| &mut found.tag);
    labels::translate(conn, preferred, tags).await?;
    Ok(matches)
}

fn words_of(kind: Option<TagKind>) -> Vec<&'static str> {
    match kind {
        Some(kind) => vec![kind.as_str()],
        None => TagKind::ALL.iter().map(|kind| kind.as_str()).collect(),
    }
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
    let rows = rows.into_iter();
    Ok(rows
        .map(|(id, is_later, language, role, name)| {
            (id, if is_later { 2 } else { 0 }, language, role, name)
        })
        .collect())
}

/// Names that begin so, or have a word that does, out of an index in the order of use: there are many.
fn short(beginning: &str, kinds: &[&'static str], most: i64) -> Statement<RowTypes> {
    let head = match beginning.chars().count() {
        1 => " left(beginning, 1)",
        2 => " left(beginning, 2)",
        _ => " left(beginning, 3)",
    };
    let mut statement = Statement::new("with asked (beginning, kinds, most) as (select ");
    statement.value::<Text, _>(beginning.to_owned()).text(", ");
    statement.value::<Array<Text>, _>(kinds.to_vec()).text(", ");
    statement.value::<BigInt, _>(most);
    statement.text(include_str!("autocomplete/short.sql"));
    statement.text(head);
    statement.text(include_str!("autocomplete/short_end.sql"));
    statement
}

/// Names that begin with one of these, or have a word that does; each beginning with the rank of what is
/// called just so.
fn long(beginnings: Vec<(String, i32)>, kinds: &[&'static str], most: i64) -> Statement<RowTypes> {
    let (texts, ranks): (Vec<String>, Vec<i32>) = beginnings.into_iter().unzip();
    let mut statement = Statement::new("with asked (beginnings, ranks, kinds, most) as (select ");
    statement.value::<Array<Text>, _>(texts).text(", ");
    statement.value::<Array<Integer>, _>(ranks).text(", ");
    statement.value::<Array<Text>, _>(kinds.to_vec()).text(", ");
    statement.value::<BigInt, _>(most);
    statement.text(include_str!("autocomplete/long.sql"));
    statement
}

/// What may have been meant: the same with one word replaced by one that there is and that differs by a
/// slip of the pen. The rank says by how much.
async fn respell(conn: &mut AsyncPgConnection, folded: &str) -> QueryResult<Vec<(String, i32)>> {
    let words: Vec<String> = folded
        .split(|c| SEPARATORS.contains(c))
        .filter(|word| word.chars().count() >= MIN_MISSPELT)
        .take(MAX_MISSPELT)
        .map(str::to_owned)
        .collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement: Statement<(Text, Text, Integer)> =
        Statement::new("with asked (words) as (select ");
    statement.value::<Array<Text>, _>(words);
    statement.text(include_str!("autocomplete/misspelt.sql"));
    let rows: Vec<(String, String, i32)> = statement.load(conn).await?;
    let meant = rows
        .into_iter()
        .map(|(typed, meant, distance)| (folded.replacen(&typed, &meant, 1), RANKS * distance));
    Ok(meant.collect())
}

/// The tags themselves, the likeliest first: by match, then active ones, then by use.
async fn present(conn: &mut AsyncPgConnection, mut found: Best) -> QueryResult<Vec<Match>> {
    let ids: Vec<i32> = found.0.keys().copied().collect();
    let rows: Vec<(Brief, Option<DateTime<Utc>>, i64, String)> = tags::table
        .inner_join(tag_usage::table)
        .filter(tags::id.eq_any(ids).and(tags::deleted_at.is_null()))
        .select((
            Brief::as_select(),
            tags::retired_at,
            tag_usage::article_count,
            tags::folded_name,
        ))
        .load(conn)
        .await?;
    let rows = rows.into_iter();
    let mut matches: Vec<_> = rows
        .filter_map(|(tag, retired_at, article_count, name)| {
            let (rank, label) = found.0.remove(&tag.id)?;
            let place = (
                rank,
                retired_at.is_some(),
                Reverse(article_count),
                name,
                tag.id,
            );
            let found = Match {
                tag,
                retired_at,
                article_count,
                label,
            };
            Some((place, found))
        })
        .collect();
    matches.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(matches.into_iter().map(|(_, found)| found).collect())
}
