//! A category's page, and the page of all categories.

use serde::Serialize;

use super::{
    Head, IndexEntry,
    listing::{self, Listing},
    samples,
};
use crate::{
    templates::{Link, Page, Registry},
    urls,
};

pub(super) fn pages(pages: &mut Registry) {
    pages.add::<CategoryPage>();
    pages.add::<CategoriesPage>();
}

/// `GET /c/{slug}`
#[derive(Debug, Clone, Serialize)]
pub(super) struct CategoryPage {
    head: Head,
    trail: Vec<Link>,
    name: String,
    intro: String,
    children: Vec<Link>,
    list: Listing,
}

impl Page for CategoryPage {
    const TEMPLATE: &'static str = "storefront/category.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let action = urls::category("tableware");
        let full = Self {
            head: Head {
                section: Some(action.clone()),
                ..Head::public(
                    "Fieldhouse",
                    "Tableware",
                    "Stoneware cups, plates, bowls and teapots, dishwasher safe and made to stack.".to_owned(),
                    &action,
                )
            },
            trail: Vec::new(),
            name: "Tableware".into(),
            intro:
                "Stoneware thrown and fired in small batches. Everything here goes in the dishwasher and stacks with \
                    everything else."
                    .into(),
            children: ["Cups and mugs", "Plates", "Bowls", "Serving", "Teapots"]
                .map(|name| Link::new(name, urls::category(&name.to_lowercase().replace(' ', "-"))))
                .into(),
            list: listing::sample(&action, samples::cards()),
        };
        let without_photographs = Self {
            list: listing::sample(&action, samples::cards_without_photographs()),
            ..full.clone()
        };
        let nothing_matches = Self {
            list: listing::empty_sample(&action),
            intro: String::new(),
            children: Vec::new(),
            ..full.clone()
        };
        vec![
            ("full", full),
            ("without-photographs", without_photographs),
            ("nothing-matches", nothing_matches),
        ]
    }
}

/// `GET /categories`
#[derive(Debug, Clone, Serialize)]
pub(super) struct CategoriesPage {
    head: Head,
    categories: Vec<IndexEntry>,
}

impl Page for CategoriesPage {
    const TEMPLATE: &'static str = "storefront/categories.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |categories| Self {
            head: Head::public("Fieldhouse", "All categories", None, urls::categories()),
            categories,
        };
        vec![("full", page(samples::index())), ("empty", page(Vec::new()))]
    }
}
