//! Search results, nothing found, and suggestions while typing.

use serde::Serialize;

use super::{
    Card, Head, Picture,
    listing::{self, Listing, Pair},
    samples,
};
use crate::{
    templates::{Link, Page, Registry},
    urls,
};

pub(super) fn pages(pages: &mut Registry) {
    pages.add::<SearchPage>();
    pages.add::<NothingFoundPage>();
    pages.add::<Suggestions>();
}

/// `GET /search?q=…` with results.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SearchPage {
    head: Head,
    heading: String,
    corrected: Option<Corrected>,
    list: Listing,
}

/// The words were taken for other words.
#[derive(Debug, Clone, Serialize)]
struct Corrected {
    shown: String,
    typed: String,
    exact_url: String,
}

impl Page for SearchPage {
    const TEMPLATE: &'static str = "storefront/search.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let mut list = listing::sample(urls::search(), samples::cards().into_iter().take(8).collect());
        list.kept = vec![Pair {
            name: "q".into(),
            value: "expresso cup".into(),
        }];
        let page = Self {
            head: head("Fieldhouse", "expresso cup"),
            heading: "Results for “espresso cup” (24)".into(),
            corrected: Some(Corrected {
                shown: "espresso cup".into(),
                typed: "expresso cup".into(),
                exact_url: urls::with_query(urls::search(), [("q", "expresso cup"), ("exact", "1")]),
            }),
            list,
        };
        vec![("corrected", page)]
    }
}

/// `GET /search?q=…` without results.
#[derive(Debug, Clone, Serialize)]
pub(super) struct NothingFoundPage {
    head: Head,
    heading: String,
    lead: String,
    did_you_mean: Option<Link>,
    fewer_words: Option<FewerWords>,
    categories: Vec<Link>,
    best: Vec<Card>,
}

/// The same search without its rarest word.
#[derive(Debug, Clone, Serialize)]
struct FewerWords {
    link: Link,
    count: u64,
}

impl Page for NothingFoundPage {
    const TEMPLATE: &'static str = "storefront/search_none.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let full = Self {
            head: head("Fieldhouse", "stoneware samovar"),
            heading: "Nothing found for “stoneware samovar”".into(),
            lead: "Some ways on from here.".into(),
            did_you_mean: Some(Link::new("stoneware saucer", urls::search_for("stoneware saucer"))),
            fewer_words: Some(FewerWords {
                link: Link::new("stoneware", urls::search_for("stoneware")),
                count: 62,
            }),
            categories: vec![
                Link::new("Teapots", urls::category("teapots")),
                Link::new("Serving", urls::category("serving")),
            ],
            best: samples::cards().into_iter().take(3).collect(),
        };
        let bare = Self {
            did_you_mean: None,
            fewer_words: None,
            categories: Vec::new(),
            best: Vec::new(),
            ..full.clone()
        };
        vec![("full", full), ("bare", bare)]
    }
}

/// `GET /search/suggest?q=…`
#[derive(Debug, Clone, Serialize)]
pub(super) struct Suggestions {
    groups: Vec<Group>,
}

/// Suggestions of one kind.
#[derive(Debug, Clone, Serialize)]
struct Group {
    title: &'static str,
    options: Vec<Suggestion>,
}

/// One suggestion: what was typed, and what it would add.
#[derive(Debug, Clone, Serialize)]
struct Suggestion {
    typed: String,
    added: String,
    url: String,
    picture: Option<Picture>,
    price: Option<String>,
}

impl Page for Suggestions {
    const TEMPLATE: &'static str = "storefront/suggest.html";
    const IS_FRAGMENT: bool = true;

    fn samples() -> Vec<(&'static str, Self)> {
        let words = |typed: &str, added: &str| Suggestion {
            typed: typed.into(),
            added: added.into(),
            url: urls::search_for(&format!("{typed}{added}")),
            picture: None,
            price: None,
        };
        let product = |name: &str, photo: &str| Suggestion {
            url: urls::product(photo),
            picture: Some(samples::photograph(photo, name)),
            price: Some("€22.00".into()),
            ..words(name, "")
        };
        let full = Self {
            groups: vec![
                Group {
                    title: "Suggestions",
                    options: vec![words("tarn", " mug"), words("tarn", " plates")],
                },
                Group {
                    title: "Categories",
                    options: vec![words("Cups and mugs", "")],
                },
                Group {
                    title: "Products",
                    options: vec![product("Tarn mug", "tarn-mug-oat")],
                },
            ],
        };
        vec![("full", full), ("none", Self { groups: Vec::new() })]
    }
}

/// Search pages stay out of other search engines.
fn head(shop: &str, query: &str) -> Head {
    let shown: String = query.chars().take(40).collect();
    Head {
        query: query.into(),
        robots: Some("noindex,follow"),
        ..Head::private(shop, format!("“{shown}”"))
    }
}
