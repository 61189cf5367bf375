//! Tags as a document in any format, written a page at a time.

use std::io;

use chrono::{DateTime, Utc};

use super::{
    format::Format,
    skos::{self, Turtle},
    table,
};
use crate::{
    base::{
        error::{AppError, AppResult},
        language::Preferred,
    },
    tags::{Tag, TagView},
};

/// A document in the making, without what was written of it already.
pub struct Document {
    form: Form,
    now: DateTime<Utc>,
}

/// How it is written, and what of the writing is not finished.
enum Form {
    Lines,
    Table(Vec<String>),
    Json { is_begun: bool },
    Turtle(Box<Turtle>),
}

impl Document {
    /// A document in this format; `languages` are those in which tags have names.
    pub fn new(format: Format, languages: Vec<String>, now: DateTime<Utc>) -> AppResult<Self> {
        let form = match format {
            Format::Ndjson => Form::Lines,
            Format::Csv => Form::Table(languages),
            Format::JsonLd => Form::Json { is_begun: false },
            Format::Turtle => Form::Turtle(Box::new(Turtle::begin()?)),
        };
        Ok(Self { form, now })
    }

    /// What stands before the first tag.
    pub fn begin(&self) -> AppResult<Vec<u8>> {
        match &self.form {
            Form::Table(languages) => rows([table::header(languages)]),
            Form::Json { .. } => Ok(skos::JSON_BEGIN.into()),
            Form::Lines | Form::Turtle(_) => Ok(Vec::new()),
        }
    }

    /// These tags.
    pub fn page(&mut self, tags: Vec<Tag>) -> AppResult<Vec<u8>> {
        if let Form::Table(languages) = &self.form {
            return rows(tags.iter().map(|tag| table::row(tag, languages)));
        }
        let mut out = Vec::new();
        for tag in tags {
            self.write(&mut out, tag)
                .map_err(|fault| AppError::internal(&fault))?;
        }
        Ok(out)
    }

    fn write(&mut self, out: &mut Vec<u8>, tag: Tag) -> io::Result<()> {
        match &mut self.form {
            Form::Lines => {
                let view = TagView::new(tag, &Preferred::default(), self.now);
                serde_json::to_writer(&mut *out, &view)?;
                out.push(b'\n');
            }
            Form::Json { is_begun } => {
                out.extend_from_slice(if *is_begun { b",\n" } else { b"\n" });
                *is_begun = true;
                skos::write_json(out, &tag, self.now)?;
            }
            Form::Turtle(turtle) => turtle.write(out, &tag, self.now)?,
            Form::Table(_) => {}
        }
        Ok(())
    }

    /// What stands behind the last tag.
    pub fn end(&mut self) -> AppResult<Vec<u8>> {
        let mut out = Vec::new();
        match &mut self.form {
            Form::Json { .. } => out.extend_from_slice(skos::JSON_END.as_bytes()),
            Form::Turtle(turtle) => {
                turtle
                    .end(&mut out)
                    .map_err(|fault| AppError::internal(&fault))?;
            }
            Form::Lines | Form::Table(_) => {}
        }
        Ok(out)
    }
}

fn rows(rows: impl IntoIterator<Item = Vec<String>>) -> AppResult<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let written = writer.write_record(row);
        written.map_err(|fault| AppError::internal(&fault))?;
    }
    writer
        .into_inner()
        .map_err(|fault| AppError::internal(&fault))
}
