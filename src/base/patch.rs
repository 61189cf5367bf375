//! JSON merge patch (RFC 7396) on the document of a resource.

use serde_json::{Map, Value};

/// Lays a patch over a document whose members are all known.
///
/// Unlike in free-form JSON, a null is kept instead of taking the member away: reading the result
/// then gives an absent member (kept), a null (reset) and a value (set) their three meanings, and
/// still sees a misspelt member that was set to null. Members named in `free` are free-form and
/// follow RFC 7396 to the letter.
pub fn apply(document: &mut Map<String, Value>, patch: Map<String, Value>, free: &[&str]) {
    for (name, value) in patch {
        match (document.get_mut(&name), value) {
            (Some(target), value) if free.contains(&name.as_str()) => merge(target, value),
            (Some(Value::Object(inner)), Value::Object(patch)) => apply(inner, patch, &[]),
            (_, value) => {
                document.insert(name, value);
            }
        }
    }
}

/// The algorithm of RFC 7396 §2.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            members.shift_remove(&name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Every row of appendix A of RFC 7396.
    #[test]
    fn free_members_follow_the_examples_of_the_standard() {
        for (original, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": "b"}),
                json!({"b": "c"}),
                json!({"a": "b", "b": "c"}),
            ),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (
                json!({"a": "b", "b": "c"}),
                json!({"a": null}),
                json!({"b": "c"}),
            ),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (
                json!({"a": [{"b": "c"}]}),
                json!({"a": [1]}),
                json!({"a": [1]}),
            ),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), json!(null), json!(null)),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (
                json!({"e": null}),
                json!({"a": 1}),
                json!({"e": null, "a": 1}),
            ),
            (
                json!([1, 2]),
                json!({"a": "b", "c": null}),
                json!({"a": "b"}),
            ),
            (
                json!({}),
                json!({"a": {"bb": {"ccc": null}}}),
                json!({"a": {"bb": {}}}),
            ),
        ] {
            let mut target = original;
            merge(&mut target, patch);
            assert_eq!(target, result);
        }
    }

    #[test]
    fn known_members_keep_their_nulls() {
        let mut document = Map::from_iter([
            ("summary".to_owned(), json!("x")),
            ("image".to_owned(), json!({"a": 1})),
        ]);
        let patch = Map::from_iter([
            ("summary".to_owned(), json!(null)),
            ("image".to_owned(), json!({"b": 2})),
        ]);
        apply(&mut document, patch, &[]);
        assert_eq!(
            Value::Object(document),
            json!({"summary": null, "image": {"a": 1, "b": 2}})
        );
    }
}
