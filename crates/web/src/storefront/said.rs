//! One thing said, and where to go from there.

use serde::Serialize;

use crate::{
    storefront::{Head, parts::Fact},
    templates::{Link, Page},
    urls,
};

/// A page that only says something: after a form that has no page of its own to come back to, or about a link that does
/// not work any more.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SaidPage {
    /// Title and the like.
    pub head: Head,
    /// The heading, which is the title too.
    pub heading: String,
    /// One paragraph each.
    pub lines: Vec<String>,
    /// A reference, a date.
    pub facts: Vec<Fact>,
    /// The one thing that can be done here.
    pub button: Option<Button>,
    /// Ways on.
    pub links: Vec<Link>,
}

/// A form that is only a button.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Button {
    /// What it does.
    pub label: String,
    /// Where it goes.
    pub url: String,
    /// What it sends along.
    pub fields: Vec<Hidden>,
}

/// A hidden field.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Hidden {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl SaidPage {
    /// A heading and a paragraph, in the shop of that name.
    pub(crate) fn new(shop: &str, heading: impl Into<String>, line: impl Into<String>) -> Self {
        let heading = heading.into();
        Self {
            head: Head::private(shop, heading.clone()),
            heading,
            lines: vec![line.into()],
            facts: Vec::new(),
            button: None,
            links: Vec::new(),
        }
    }

    /// The same with one more paragraph.
    #[must_use]
    pub(crate) fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// The same with a way on.
    #[must_use]
    pub(crate) fn link(mut self, text: &str, url: &str) -> Self {
        self.links.push(Link::new(text, url));
        self
    }

    /// The same with a fact.
    #[must_use]
    pub(crate) fn fact(mut self, fact: Fact) -> Self {
        self.facts.push(fact);
        self
    }

    /// The same with a button that sends `fields`.
    #[must_use]
    pub(crate) fn button(mut self, label: &str, url: &str, fields: &[(&str, &str)]) -> Self {
        let hidden = |&(name, value): &(&str, &str)| Hidden {
            name: name.into(),
            value: value.into(),
        };
        self.button = Some(Button {
            label: label.into(),
            url: url.into(),
            fields: fields.iter().map(hidden).collect(),
        });
        self
    }
}

impl Page for SaidPage {
    const TEMPLATE: &'static str = "storefront/said.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let sent = Self::new(
            "Fieldhouse",
            "Thank you, we have your message",
            "A copy is on its way to you.",
        )
        .fact(Fact::new("Reference", "INQ-1042"))
        .link("Back to the shop", urls::home());
        let asks = Self::new("Fieldhouse", "Confirm your e-mail address", "One press and it is done.").button(
            "Confirm",
            urls::register(),
            &[("token", "0f")],
        );
        vec![("sent", sent), ("asks", asks)]
    }
}
