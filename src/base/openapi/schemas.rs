//! Schemas: of words, of what callers send, and which fields are always answered.

use utoipa::openapi::{
    Components, RefOr, Schema,
    schema::{AdditionalProperties, Object, ObjectBuilder, SchemaType, Type},
};

/// Fields that are answered only to callers who ask for them.
const WHEN_ASKED: &[&str] = &["body", "total"];

/// Whether a field of this name is answered only to callers who ask for it.
pub fn is_shown_when_asked(name: &str) -> bool {
    WHEN_ASKED.contains(&name)
}

/// What may be left out of a query or of the headers is absent then, and never null.
pub fn without_null(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = schema
        && let SchemaType::Array(types) = &object.schema_type
        && let [only] = types
            .iter()
            .filter(|kind| !matches!(kind, Type::Null))
            .collect::<Vec<_>>()
            .as_slice()
    {
        object.schema_type = SchemaType::Type((*only).clone());
    }
}

/// Says which fields are always there, and leaves out defaults that say nothing.
pub fn complete(components: &mut Components) {
    for schema in components.schemas.values_mut() {
        if let RefOr::T(Schema::Object(object)) = schema {
            require_answered_fields(object);
            for field in object.properties.values_mut() {
                forget_null_default(field);
            }
        }
    }
}

/// What refuses unknown fields is read from callers; anything else is answered, with every field
/// there, null or not.
fn require_answered_fields(object: &mut Object) {
    let is_input = matches!(
        object.additional_properties.as_deref(),
        Some(AdditionalProperties::FreeForm(false))
    );
    let is_problem =
        object.properties.contains_key("request_id") || object.properties.contains_key("pointer");
    if !is_input && !is_problem {
        let names = object.properties.keys();
        object.required = names
            .filter(|name| !is_shown_when_asked(name))
            .cloned()
            .collect();
    }
}

/// A default of null is what absence means anyway; and in a patch it means something else.
fn forget_null_default(field: &mut RefOr<Schema>) {
    let RefOr::T(field) = field else { return };
    let default = match field {
        Schema::Object(object) => &mut object.default,
        Schema::Array(array) => &mut array.default,
        Schema::OneOf(choice) => &mut choice.default,
        _ => return,
    };
    default.take_if(|default| default.is_null());
}

/// The schema of an enum whose values are words, each with what it stands for.
pub fn schema_of_words(
    description: &str,
    words: &[(&str, &str)],
    examples: &[&str],
) -> RefOr<Schema> {
    let mut text = description.trim().to_owned();
    text.push('\n');
    for (word, meaning) in words {
        text.push_str(&format!("\n- `{word}`: {}", meaning.trim()));
    }
    let words = words.iter().map(|(word, _)| *word);
    let object = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(text))
        .enum_values(Some(words))
        .examples(examples.iter().copied());
    RefOr::T(Schema::Object(object.build()))
}

/// The schema of a document that replaces a resource: like the input that makes one, and what the
/// resource shows besides is ignored.
pub fn replacement(whole: RefOr<Schema>, read_only: &[&str], description: &str) -> RefOr<Schema> {
    let RefOr::T(Schema::Object(mut object)) = whole else {
        return whole;
    };
    object.description = Some(description.trim().to_owned());
    for name in read_only {
        let ignored = ObjectBuilder::new()
            .schema_type(SchemaType::AnyValue)
            .description(Some("Shown, and ignored when it is sent."))
            .read_only(true);
        object.properties.insert(
            (*name).to_owned(),
            RefOr::T(Schema::Object(ignored.build())),
        );
    }
    RefOr::T(Schema::Object(object))
}

/// The schema of a merge patch: like a replacement, but no field is required.
pub fn patch(whole: RefOr<Schema>, read_only: &[&str], description: &str) -> RefOr<Schema> {
    let RefOr::T(Schema::Object(mut object)) = replacement(whole, read_only, description) else {
        return RefOr::T(Schema::default());
    };
    object.required.clear();
    RefOr::T(Schema::Object(object))
}

/// The schema of an operation of a batch: its own members, and those of the patch that it makes. A member of both is
/// the operation's own: the `id` that names an article is not the one that a patch ignores.
pub fn operation(head: RefOr<Schema>, patch: RefOr<Schema>) -> RefOr<Schema> {
    let (RefOr::T(Schema::Object(mut object)), RefOr::T(Schema::Object(patch))) = (head, patch)
    else {
        return RefOr::T(Schema::default());
    };
    for (name, schema) in patch.properties {
        object.properties.entry(name).or_insert(schema);
    }
    RefOr::T(Schema::Object(object))
}

/// Defines a type that stands in the document for what is sent to replace or to patch a resource:
/// `replacement` or `patch` of the input that makes one, and the names of what is ignored.
#[macro_export]
macro_rules! sent_schema {
    ($(#[doc = $doc:literal])+ pub struct $name:ident = $form:ident($whole:ty, $read_only:expr);) => {
        $(#[doc = $doc])+
        pub struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let whole = <$whole as utoipa::PartialSchema>::schema();
                $crate::base::openapi::$form(whole, $read_only, concat!($($doc),+))
            }
        }

        impl utoipa::ToSchema for $name {
            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
                <$whole as utoipa::ToSchema>::schemas(schemas);
            }
        }
    };
}
