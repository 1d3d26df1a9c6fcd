//! Pages of text: about, delivery and returns, privacy, terms, imprint, accessibility.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wares_kernel::{Instant, Slug};

use crate::settings::section::{Problems, Section};

/// The texts by the last part of their address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pages(pub BTreeMap<Slug, ContentPage>);

/// One page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentPage {
    /// Its heading.
    pub title: String,
    /// Its text in Markdown. HTML in it is shown as text.
    pub body: String,
    /// When it was changed last; never, while it is the text the shop came with.
    #[serde(default)]
    pub changed_at: Option<Instant>,
}

impl Pages {
    /// The longest text of a page, in characters.
    pub const BODY_MAX: usize = 60_000;

    /// A page by its slug.
    pub fn find(&self, slug: &str) -> Option<&ContentPage> {
        self.0.get(&slug.parse::<Slug>().ok()?)
    }
}

impl Default for Pages {
    fn default() -> Self {
        let page = |(slug, title, body): &(&str, &str, &str)| {
            let page = ContentPage {
                title: (*title).to_owned(),
                body: (*body).to_owned(),
                changed_at: None,
            };
            Some((slug.parse().ok()?, page))
        };
        Self(FIRST.iter().filter_map(page).collect())
    }
}

/// What a new shop starts with: true of any shop, and saying so where the shopkeeper has to write.
const FIRST: &[(&str, &str, &str)] = &[
    (
        "about",
        "About us",
        "We are glad you are here. This page is yet to be written.",
    ),
    (
        "shipping-returns",
        "Delivery and returns",
        "## Sending something back\n\nWrite to us or use your order's page. Send the goods back as you received them; we give the money back \
         to the way you paid as soon as they have arrived.\n\n## Something arrived broken\n\nTell us with a photograph. We replace it or \
         give the money back, whichever you prefer.",
    ),
    (
        "privacy",
        "Privacy",
        "We keep what we need to carry out your order: your name, addresses, e-mail address, and what you bought. Card data is \
         entered on the page of the payment service and never reaches us. This shop sets no cookies but those it needs to work, \
         and nobody else is told what you look at.\n\nThis text is yet to be completed by the shop.",
    ),
    ("terms", "Terms", "The terms of this shop are yet to be written."),
    ("imprint", "Imprint", "Who runs this shop is yet to be written."),
    (
        "accessibility",
        "Accessibility",
        "This shop is made to be used by everybody: with a keyboard, with a screen reader, enlarged, without scripts, on any \
         screen. If something stands in your way, tell us through the contact page and we will see to it.",
    ),
];

impl Section for Pages {
    const NAME: &'static str = "pages";

    fn check(&self, problems: &mut Problems) {
        for page in self.0.values() {
            problems.unless(!page.title.trim().is_empty(), "title", "Enter a title");
            problems.limit(&page.title, 120, "title");
            problems.limit(&page.body, Self::BODY_MAX, "body");
        }
        problems.unless(self.0.len() <= 100, "title", "A shop has at most 100 pages");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_shop_has_its_first_pages() {
        assert_eq!(Pages::default().0.len(), FIRST.len());
        assert!(Pages::default().find("terms").is_some());
        assert!(Pages::default().find("../etc").is_none());
    }
}
