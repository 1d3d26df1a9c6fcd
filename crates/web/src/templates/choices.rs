//! What a select offers.

use std::fmt::{self, Write};
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr};
use minijinja::{Error, ErrorKind, Value};
use serde::{Serialize, Serializer};

use super::env::escape;

/// One value of a select or a group of radio buttons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Choice {
    /// What the form sends.
    pub value: String,
    /// What is read.
    pub text: String,
}

impl Choice {
    /// `text`, sent as `value`.
    pub(crate) fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            text: text.into(),
        }
    }
}

/// The choices of a select, cheap to clone. A template goes through them as through any list of `value` and `text`, or has [`option_tags`] write
/// them all: a template needs some fifteen steps for each, which for all countries of the world were more than a quarter of what the page took.
#[derive(Debug, Clone)]
pub(crate) struct Choices(Arc<List>);

#[derive(Debug)]
struct List(Vec<Choice>);

impl FromIterator<Choice> for Choices {
    fn from_iter<I: IntoIterator<Item = Choice>>(choices: I) -> Self {
        Self(Arc::new(List(choices.into_iter().collect())))
    }
}

impl Serialize for Choices {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::from_dyn_object(Arc::clone(&self.0)).serialize(serializer)
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_usize()?).map(Value::from_serialize)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }
}

/// `{{ option_tags(choices, chosen) }}`: an `<option>` for each, the chosen one selected.
pub(super) fn option_tags(choices: &Value, chosen: &str) -> Result<Value, Error> {
    let mut tags = String::new();
    let unwritten = |_| Error::new(ErrorKind::WriteFailure, "an option could not be written");
    if let Some(List(choices)) = choices.downcast_object_ref() {
        for choice in choices {
            tag(&mut tags, &choice.value, &choice.text, chosen).map_err(unwritten)?;
        }
    } else {
        for choice in choices.try_iter()? {
            let (value, text) = (choice.get_attr("value")?, choice.get_attr("text")?);
            tag(&mut tags, &value.to_string(), &text.to_string(), chosen).map_err(unwritten)?;
        }
    }
    Ok(Value::from_safe_string(tags))
}

fn tag(tags: &mut String, value: &str, text: &str, chosen: &str) -> fmt::Result {
    tags.write_str("<option value=\"")?;
    escape(tags, value)?;
    tags.write_str(if value == chosen { "\" selected>" } else { "\">" })?;
    escape(tags, text)?;
    tags.write_str("</option>")
}

#[cfg(test)]
mod tests {
    use minijinja::{Environment, context};

    use super::*;

    fn render(template: &'static str, choices: impl Serialize) -> String {
        let mut env = Environment::new();
        env.add_function("option_tags", option_tags);
        env.add_template("x.html", template).unwrap();
        env.get_template("x.html")
            .unwrap()
            .render(context! { choices })
            .unwrap()
    }

    fn fruit() -> Vec<Choice> {
        vec![Choice::new("a&b", "Apples & <berries>"), Choice::new("c", "Cherries")]
    }

    #[test]
    fn the_chosen_one_is_selected_and_everything_is_escaped() {
        let tags = r#"<option value="a&amp;b">Apples &amp; &lt;berries&gt;</option><option value="c" selected>Cherries</option>"#;
        assert_eq!(render("{{ option_tags(choices, 'c') }}", fruit()), tags);
        assert_eq!(
            render("{{ option_tags(choices, 'c') }}", Choices::from_iter(fruit())),
            tags
        );
    }

    #[test]
    fn a_template_can_go_through_them_itself() {
        let template = "{% for c in choices %}{{ c.value }}={{ c.text|safe }};{% endfor %}{{ choices|length }}";
        assert_eq!(
            render(template, Choices::from_iter(fruit())),
            "a&amp;b=Apples & <berries>;c=Cherries;2"
        );
    }
}
