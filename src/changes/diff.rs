//! What a write changed, field by field.

use serde_json::{Map, Value, json};

/// Fields with what they were and what they became, under the names that the view gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff(Map<String, Value>);

impl Diff {
    /// Notes a field, if it changed.
    pub fn note<T: Into<Value>>(mut self, field: &str, from: T, to: T) -> Self {
        let (from, to) = (from.into(), to.into());
        if from != to {
            self.0
                .insert(field.to_owned(), json!({"from": from, "to": to}));
        }
        self
    }

    /// Notes a field of something that was not there before.
    pub fn new_field<T: Into<Value>>(self, field: &str, to: T) -> Self {
        self.note(field, Value::Null, to.into())
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields as they are kept.
    pub fn into_json(self) -> Value {
        Value::Object(self.0)
    }
}
