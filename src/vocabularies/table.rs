//! Tags as a table: comma-separated values (RFC 4180) with a header.
//!
//! A column for each member of a tag, and three for each language: `pref:en`, `alt:en`, `hidden:en`.
//! Several values of a cell are parted by `|`, which is written `\|` inside one, as `\\` is for `\`.
//! An empty cell says nothing.

use std::{collections::BTreeSet, io::Read};

use csv::{Position, ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value, json};

use super::{entry::Entry, quotes::Closed, report::Problem};
use crate::{
    base::{
        error::{AppError, AppResult, Code},
        timestamp,
    },
    tags::{Brief, Role, Tag},
};

/// The columns of members, besides those of labels.
const COLUMNS: [&str; 8] = [
    "key",
    "kind",
    "slug",
    "name",
    "description",
    "external_ids",
    "broader",
    "retired_at",
];

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    /// A member of a tag.
    Member(&'static str),
    /// Names of a tag.
    Names(Role, String),
}

/// Reads a tag for each row.
pub fn read(
    bytes: impl Read + Send,
) -> AppResult<impl Iterator<Item = AppResult<Result<Entry, Problem>>> + Send> {
    let mut reader = ReaderBuilder::new()
        .trim(Trim::Headers)
        .from_reader(Closed::new(bytes));
    let header = reader.headers().map_err(|fault| unreadable(&fault))?;
    let columns = columns(header)?;
    let mut last = 1;
    Ok(reader.into_records().map(move |record| {
        let place = match &record {
            Ok(record) => record.position(),
            Err(fault) => fault.position(),
        };
        last = place.map_or(last + 1, Position::line);
        let place = format!("line {last}");
        match record {
            Ok(record) => Ok(entry(place, &columns, &record)),
            Err(fault) if fault.is_io_error() => Err(unreadable(&fault)),
            Err(fault) => {
                let detail = format!("cannot be read: {fault}");
                Ok(Err(Problem::new(&place, Code::MalformedDocument, detail)))
            }
        }
    }))
}

fn unreadable(fault: &csv::Error) -> AppError {
    let detail = format!("The table cannot be read: {fault}.");
    AppError::new(Code::MalformedDocument, detail)
}

/// A column that is misspelt would be missing from every row.
fn columns(header: &StringRecord) -> AppResult<Vec<Column>> {
    if header.is_empty() {
        return Err(AppError::new(
            Code::MalformedDocument,
            "The table has no header.",
        ));
    }
    let mut columns = Vec::with_capacity(header.len());
    for name in header {
        // A table of some programs begins with a mark of its encoding.
        let name = name.trim_start_matches('\u{FEFF}');
        let column = column(name).ok_or_else(|| {
            let known = COLUMNS.join(", ");
            let detail = format!(
                "The header has a column {name:?}; the columns are {known}, and pref:, alt: and hidden: with a language."
            );
            AppError::new(Code::MalformedDocument, detail)
        })?;
        if columns.contains(&column) {
            let detail = format!("The header has the column {name:?} twice.");
            return Err(AppError::new(Code::MalformedDocument, detail));
        }
        columns.push(column);
    }
    Ok(columns)
}

fn column(name: &str) -> Option<Column> {
    if let Some((role, language)) = name.split_once(':') {
        return Some(Column::Names(Role::from_word(role)?, language.to_owned()));
    }
    let member = COLUMNS.into_iter().find(|known| *known == name);
    member.map(Column::Member)
}

fn entry(place: String, columns: &[Column], record: &StringRecord) -> Result<Entry, Problem> {
    let mut members = Map::new();
    let mut labels: Map<String, Value> = Map::new();
    for (column, cell) in columns
        .iter()
        .zip(record)
        .filter(|(_, cell)| !cell.trim().is_empty())
    {
        match column {
            Column::Member(name @ ("name" | "description")) => {
                members.insert((*name).to_owned(), cell.into());
            }
            Column::Member("external_ids") => {
                let ids = values(cell).into_iter().map(|id| identifier(id.trim()));
                members.insert("external_ids".to_owned(), ids.collect());
            }
            Column::Member("broader") => {
                let names = values(cell).into_iter().map(|name| json!(name.trim()));
                members.insert("broader".to_owned(), names.collect());
            }
            Column::Member(name) => {
                members.insert((*name).to_owned(), cell.trim().into());
            }
            Column::Names(role, language) => {
                let names = match role {
                    Role::Preferred => json!(cell),
                    Role::Alternative | Role::Hidden => json!(values(cell)),
                };
                let of_language = labels.entry(language.clone()).or_insert_with(|| json!({}));
                of_language[role.as_str()] = names;
            }
        }
    }
    if !labels.is_empty() {
        members.insert("labels".to_owned(), labels.into());
    }
    Entry::of_document(place, members)
}

fn identifier(text: &str) -> Value {
    let (authority, id) = text.split_once(':').unwrap_or(("", text));
    json!({"authority": authority, "id": id})
}

/// The values of a cell.
fn values(cell: &str) -> Vec<String> {
    let (mut values, mut value) = (Vec::new(), String::new());
    let mut characters = cell.chars();
    while let Some(character) = characters.next() {
        match character {
            '|' => values.push(std::mem::take(&mut value)),
            '\\' => value.extend(characters.next()),
            character => value.push(character),
        }
    }
    values.push(value);
    values
}

/// Values as a cell.
fn cell<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let escaped = values.map(|value| value.replace('\\', "\\\\").replace('|', "\\|"));
    escaped.collect::<Vec<_>>().join("|")
}

/// The header of a table with names in these languages.
pub fn header(languages: &[String]) -> Vec<String> {
    let columns = COLUMNS
        .into_iter()
        .filter(|name| *name != "slug" && *name != "name");
    let names = languages.iter().flat_map(|language| {
        Role::ALL
            .iter()
            .map(move |role| format!("{role}:{language}"))
    });
    columns.map(str::to_owned).chain(names).collect()
}

/// The row of a tag, under the header of these languages.
pub fn row(tag: &Tag, languages: &[String]) -> Vec<String> {
    let ids: Vec<String> = tag.external_ids.iter().map(ToString::to_string).collect();
    let broader: Vec<String> = tag.broader.iter().map(Brief::key).collect();
    let mut row = vec![
        tag.row.key(),
        tag.row.kind.to_string(),
        tag.row.description.clone().unwrap_or_default(),
        cell(ids.iter().map(String::as_str)),
        cell(broader.iter().map(String::as_str)),
        tag.row
            .retired_at
            .map(timestamp::format)
            .unwrap_or_default(),
    ];
    for language in languages {
        let names = tag.labels.0.get(language);
        let list = |names: Option<&BTreeSet<String>>| {
            cell(names.into_iter().flatten().map(String::as_str))
        };
        row.push(
            names
                .and_then(|names| names.preferred.clone())
                .unwrap_or_default(),
        );
        row.push(list(names.map(|names| &names.alternative)));
        row.push(list(names.map(|names| &names.hidden)));
    }
    row
}
