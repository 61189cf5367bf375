//! Examples of answers, out of the examples that stand at the fields.

use serde_json::{Map, Value, json};
use utoipa::openapi::{
    Components, RefOr, Schema,
    path::Operation,
    schema::{ArrayItems, Object, SchemaType, Type},
};

use super::schemas::is_shown_when_asked;

/// Adds an example to every JSON that an operation answers, unless it has one.
pub fn add(operation: &mut Operation, components: &Components) {
    let responses = operation.responses.responses.values_mut();
    let contents = responses.flat_map(|response| match response {
        RefOr::T(response) => Some(&mut response.content),
        RefOr::Ref(_) => None,
    });
    for (kind, content) in contents.flatten() {
        if let RefOr::T(content) = content
            && matches!(kind.as_str(), "application/json" | "application/x-ndjson")
            && content.example.is_none()
            && let Some(schema) = &content.schema
        {
            content.example = Some(example(schema, components));
        }
    }
}

/// The schema, or what it refers to.
pub fn resolve<'a>(schema: &'a RefOr<Schema>, components: &'a Components) -> Option<&'a Schema> {
    match schema {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next()?;
            resolve(components.schemas.get(name)?, components)
        }
    }
}

fn example(schema: &RefOr<Schema>, components: &Components) -> Value {
    match resolve(schema, components) {
        Some(Schema::Object(object)) => object_example(object, components),
        Some(Schema::Array(array)) => array.example.clone().unwrap_or_else(|| match &array.items {
            ArrayItems::RefOrSchema(item) => json!([example(item, components)]),
            ArrayItems::False => json!([]),
        }),
        // The first is what it is when it is not null.
        Some(Schema::OneOf(choice)) => choice
            .items
            .first()
            .map_or(Value::Null, |first| example(first, components)),
        _ => Value::Null,
    }
}

fn object_example(object: &Object, components: &Components) -> Value {
    if let Some(example) = &object.example {
        return example.clone();
    }
    let words = object.enum_values.iter().flatten();
    if let Some(word) = object.examples.iter().chain(words).next() {
        return word.clone();
    }
    match &object.schema_type {
        SchemaType::Type(Type::Object) => {
            let shown = object
                .properties
                .iter()
                .filter(|(name, _)| !is_shown_when_asked(name));
            let members: Map<String, Value> = shown
                .map(|(name, schema)| (name.clone(), example(schema, components)))
                .collect();
            Value::Object(members)
        }
        SchemaType::Type(Type::Boolean) => Value::Bool(true),
        _ => Value::Null,
    }
}
