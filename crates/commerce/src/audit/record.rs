//! Adding an entry.

use serde_json::{Map, Value, json};
use wares_db::{DbError, Tx};

use super::entry::{Action, Actor, Object};
use super::store;

/// Adds an entry in the caller's unit of work. `details` is `{}` or says what changed, see [`differences`].
pub async fn record(tx: &mut Tx, actor: &Actor, action: Action, object: Object, details: Value) -> Result<(), DbError> {
    store::insert(tx, actor, action, &object, &details).await
}

/// What differs between two documents, as `{"field": [before, after]}`. Of sealed secrets only that they changed.
pub fn differences(before: &Value, after: &Value) -> Value {
    let nothing = Map::new();
    let old = before.as_object().unwrap_or(&nothing);
    let new = after.as_object().unwrap_or(&nothing);
    let fields = old.keys().chain(new.keys().filter(|field| !old.contains_key(*field)));
    let changed = fields.filter_map(|field| {
        let (old, new) = (old.get(field), new.get(field));
        (old != new).then(|| (field.clone(), json!([shown(old), shown(new)])))
    });
    Value::Object(changed.collect())
}

/// A value fit for the log.
fn shown(value: Option<&Value>) -> Value {
    match value {
        None => Value::Null,
        Some(Value::Object(fields)) if fields.contains_key("sealed") => json!("•••"),
        Some(Value::Object(fields)) => Value::Object(
            fields
                .iter()
                .map(|(field, value)| (field.clone(), shown(Some(value))))
                .collect(),
        ),
        Some(value) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let (before, after) = (
            json!({"name": "A", "city": "B", "old": 1}),
            json!({"name": "A", "city": "C", "new": 2}),
        );
        assert_eq!(
            differences(&before, &after),
            json!({"city": ["B", "C"], "old": [1, null], "new": [null, 2]})
        );
    }

    #[test]
    fn secrets_are_never_told() {
        let (before, after) = (
            json!({"password": {"sealed": "aaa"}, "card": {"key": {"sealed": "bbb"}}}),
            json!({"password": {"sealed": "ccc"}, "card": {"key": {"sealed": "ddd"}}}),
        );
        let told = differences(&before, &after);
        assert_eq!(told["password"], json!(["•••", "•••"]));
        for secret in ["aaa", "bbb", "ccc", "ddd"] {
            assert!(!told.to_string().contains(secret));
        }
    }
}
