//! What values parameters of one name have, wherever they stand.

use utoipa::openapi::{
    RefOr, Schema,
    path::{Operation, Parameter, ParameterIn},
};

use super::{parameters_mut, takes};
use crate::base::position;

/// An entity tag as this service writes it, or what stands for any. Versions have at most nine digits.
const CONDITION: &str =
    r#"^(\*|(W/)?"[0-9]{1,9}(-[0-9a-f]{16})?"(, ?(W/)?"[0-9]{1,9}(-[0-9a-f]{16})?")*)$"#;

/// A position as this service writes it.
const POSITION: &str = "^[1-9][0-9]{0,8}-[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}$";

/// Says of an operation's parameters what a schema can say.
pub fn complete(operation: &mut Operation) {
    let is_write = takes(operation, "If-Match");
    for parameter in parameters_mut(operation) {
        let pattern = match (&parameter.parameter_in, parameter.name.as_str()) {
            (ParameterIn::Header, "If-Match") => CONDITION,
            (ParameterIn::Header, position::NAME) => POSITION,
            (ParameterIn::Header, "If-None-Match") if is_write => r"^\*$",
            (ParameterIn::Query, "cursor") => "^[A-Za-z0-9_-]+$",
            // A word, or several with commas between.
            (ParameterIn::Query, "fields" | "has" | "ids" | "kinds" | "visibility") => {
                "^[a-z0-9_-]+(,[a-z0-9_-]+)*$"
            }
            (ParameterIn::Query, "tag_any" | "tag_none") => "^[^,]+(,[^,]+)*$",
            (ParameterIn::Query, "tz") => "^[A-Za-z][A-Za-z0-9_+/-]*$",
            _ => continue,
        };
        set_pattern(parameter, pattern);
    }
}

fn set_pattern(parameter: &mut Parameter, pattern: &str) {
    if let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema {
        object.pattern = Some(pattern.to_owned());
    }
}
